"""The JSON Schema of the event, made from the structs that decode it: `python -m shared.events.schema` writes it."""

import json
from pathlib import Path
from typing import Any

import msgspec

from shared.events.event import Event

PUBLISHED = Path(__file__).parents[2] / "docs" / "schemas" / "event.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def event_schema() -> dict[str, Any]:
    """What a producer may send. Further fields are allowed, and ignored."""
    (_,), definitions = msgspec.json.schema_components([Event], ref_template="#/$defs/{name}")
    event = definitions.pop("Event")
    return {"$schema": DIALECT, **event, "title": "Event", "$defs": dict(sorted(definitions.items()))}


def published_text() -> str:
    return json.dumps(event_schema(), indent=2) + "\n"


if __name__ == "__main__":
    PUBLISHED.parent.mkdir(parents=True, exist_ok=True)
    PUBLISHED.write_text(published_text())
