"""The JSON Schema of the event, made from the structs that decode it: `python -m shared.events.schema` writes it."""

import json
from inspect import cleandoc
from pathlib import Path
from typing import Any

import msgspec

from shared.events.event import Event

PUBLISHED = Path(__file__).parents[2] / "docs" / "schemas" / "event.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def event_schema() -> dict[str, Any]:
    """What a producer may send. Further fields are allowed, and ignored."""
    definitions = event_definitions("#/$defs/{name}")
    event = definitions.pop("Event")
    return {"$schema": DIALECT, **event, "title": "Event", "$defs": dict(sorted(definitions.items()))}


def event_definitions(reference: str) -> dict[str, dict[str, Any]]:
    """The schema of the event, and of all that it is made of, by name; `reference` is how they name each other."""
    _, definitions = msgspec.json.schema_components([Event], ref_template=reference)
    # The default of an id that is not sent is no id that could be sent.
    definitions["Event"]["properties"]["event_id"].pop("default", None)
    return {name: _with_clean_description(schema) for name, schema in definitions.items()}


def _with_clean_description(schema: dict[str, Any]) -> dict[str, Any]:
    """Before 3.13 Python keeps the indentation of docstrings."""
    return {**schema, "description": cleandoc(schema["description"])} if "description" in schema else schema


def published_text() -> str:
    return json.dumps(event_schema(), indent=2) + "\n"


if __name__ == "__main__":
    PUBLISHED.parent.mkdir(parents=True, exist_ok=True)
    PUBLISHED.write_text(published_text())
