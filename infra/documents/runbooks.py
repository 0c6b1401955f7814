"""The list of runbooks, with the symptom that each begins with."""

from pathlib import Path

from infra.documents.markdown import heading, paragraph, table
from infra.layers import ROOT

RUNBOOKS = ROOT / "docs" / "runbooks"
ABOUT = "One page an alarm. An alarm's description names its page; a test holds the two to each other."


def runbooks_page() -> str:
    return (
        heading(1, "Runbooks")
        + paragraph(ABOUT)
        + table(("alarm", "symptom"), map(_row, sorted(RUNBOOKS.glob("*.md"))))
    )


def _row(page: Path) -> tuple[str, str]:
    text = page.read_text()
    title = text.partition("\n")[0].removeprefix("# ")
    symptom = text.partition("**Symptom.**")[2].partition("\n\n")[0]
    return f"[{title}]({page.name})", symptom
