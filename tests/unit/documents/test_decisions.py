"""Every decision says what, why, and what would change our mind."""

import re

import pytest

from infra.layers import ROOT

PARTS = ("**What.** ", "**Why.** ", "**What would change our mind.** ")
DECISIONS = re.split(r"^## ", (ROOT / "docs" / "decisions.md").read_text(), flags=re.MULTILINE)[1:]


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda text: text.partition("\n")[0])
def test_a_decision_is_dated_and_has_its_three_parts(decision: str) -> None:
    assert re.match(r"\d{4}-\d\d-\d\d \S", decision)
    assert [re.findall(f"^{re.escape(part)}", decision, re.MULTILINE) for part in PARTS] == [[part] for part in PARTS]
    assert [decision.index(part) for part in PARTS] == sorted(decision.index(part) for part in PARTS)
