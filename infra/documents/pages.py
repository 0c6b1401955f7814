"""Which pages of the site are not files under docs/."""

from collections.abc import Callable, Mapping
from pathlib import Path

from infra.documents.api import api_page
from infra.documents.events import events_page
from infra.documents.measures import measures_page
from infra.documents.parameters import parameters_page
from infra.documents.runbooks import runbooks_page
from infra.layers import ROOT

GENERATED: Mapping[str, Callable[[], str]] = {
    "reference/api.md": api_page,
    "reference/events.md": events_page,
    "reference/measures.md": measures_page,
    "reference/parameters.md": parameters_page,
    "runbooks/README.md": runbooks_page,
}
OF_THE_ROOT: Mapping[str, Path] = {
    "changelog.md": ROOT / "CHANGELOG.md",
    "contributing.md": ROOT / "CONTRIBUTING.md",
    "reporting.md": ROOT / "SECURITY.md",
}


def pages() -> dict[str, str]:
    """Markdown by its path under docs/."""
    made = {path: page() for path, page in GENERATED.items()}
    read = {path: _seen_from_docs(file.read_text()) for path, file in OF_THE_ROOT.items() if file.exists()}
    return {**made, **read}


def _seen_from_docs(text: str) -> str:
    return text.replace("](docs/", "](")
