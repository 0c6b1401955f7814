"""The reference of measures, made of docs/schemas/measures.json."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from infra.documents.markdown import heading, paragraph, table
from infra.layers import ROOT

LISTING = ROOT / "docs" / "schemas" / "measures.json"
ABOUT = """
What the hub keeps of events, by window and series. Every measure has a count, sum, minimum, maximum, mean, standard
deviation and all quantiles, the latter within 1 % of the observation at that rank. A value that a client did not report is
no observation, which is not the same as zero. For machines: [measures.json](../schemas/measures.json).
"""


def measures_page() -> str:
    listing: dict[str, Any] = json.loads(LISTING.read_text())
    prefix, kinds = listing["own"]["prefix"], _kinds(listing["own"]["yielded_by"])
    return (
        heading(1, "Measures")
        + paragraph(ABOUT)
        + table(("measure", "unit", "means", "greatest value", "yielded by"), map(_row, listing["measures"]))
        + heading(2, "Measures of your own")
        + paragraph(f"`{prefix}<name>`, at most 100 of a series and window: the custom metrics of {kinds}.")
    )


def _row(measure: Mapping[str, Any]) -> tuple[str, ...]:
    greatest = f"{measure['greatest']:,.0f}"
    kinds = _kinds(measure["yielded_by"])
    return f"`{measure['name']}`", measure["unit"], measure["description"], greatest, kinds


def _kinds(kinds: Sequence[str]) -> str:
    return "any event" if "*" in kinds else ", ".join(f"`{kind}`" for kind in kinds)
