"""The reference of events, made of docs/schemas/event.schema.json."""

import json
from typing import Any

from infra.documents.markdown import heading, paragraph
from infra.documents.schemas import anchor, definition, fields
from infra.layers import ROOT

SCHEMA = ROOT / "docs" / "schemas" / "event.schema.json"
ABOUT = """
An event is a JSON object: an envelope that is the same for all, and a payload of one of 20 kinds. Fields that are not
here are ignored. The schema itself: [event.schema.json](../schemas/event.schema.json).
"""


def events_page() -> str:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text())
    return (
        heading(1, "Events")
        + paragraph(ABOUT)
        + heading(2, "The envelope", "event")
        + paragraph(schema["description"])
        + fields(schema, link)
        + heading(2, "Payloads and what they are made of")
        + "".join(definition(name, part, link) for name, part in schema["$defs"].items())
    )


def link(name: str) -> str:
    return f"#{anchor(name)}"


def names_of_events() -> frozenset[str]:
    """What this page has a text of."""
    return frozenset((*json.loads(SCHEMA.read_text())["$defs"], "Event"))
