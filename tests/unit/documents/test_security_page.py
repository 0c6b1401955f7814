"""Every test that the page on security cites is there, under that name."""

import re

from infra.layers import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
CITED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)


def test_every_cited_test_is_there() -> None:
    assert CITED
    assert [f"{file}::{name}" for file, name in CITED if f"def {name}(" not in (ROOT / file).read_text()] == []


def test_every_threat_says_where_its_defence_is_shown() -> None:
    table = PAGE.partition("| threat | what stands against it | shown by |\n|---|---|---|\n")[2].partition("\n\n")[0]

    assert [row for row in table.splitlines() if not re.search(r"(::test_\w+`|\]\(\w+\.md\)) \|$", row)] == []
