"""Every measure and which events yield it, as docs/schemas/measures.json: `python -m shared.measures.published` writes it."""

import json
from pathlib import Path
from typing import Any, Final

from msgspec import Raw
from msgspec.structs import StructConfig

from shared.measures.measure import CUSTOM_PREFIX, MEASURES
from shared.measures.table import MEASURED, Measured

PUBLISHED: Final = Path(__file__).parents[2] / "docs" / "schemas" / "measures.json"
EVERY_EVENT: Final = "events"


def listing() -> list[dict[str, Any]]:
    """In the order of their declaration; `yielded_by` names kinds of payload as `<payload_type>/<kind>`."""
    return [
        {
            "name": measure.name,
            "unit": measure.unit,
            "greatest": measure.greatest,
            "description": measure.description,
            "yielded_by": ["*"] if measure.name == EVERY_EVENT else _kinds_that_yield(measure.name),
        }
        for measure in MEASURES.values()
    ]


def published_text() -> str:
    own = sorted(kind_of(leaf) for leaf, measured in MEASURED.items() if measured.custom)
    return json.dumps({"measures": listing(), "own": {"prefix": CUSTOM_PREFIX, "yielded_by": own}}, indent=2) + "\n"


def kind_of(leaf: type) -> str:
    """
    >>> from shared.events.telemetry import Inference
    >>> kind_of(Inference)
    'telemetry/inference'
    """
    if leaf is Raw:
        return "custom"
    config: StructConfig = leaf.__struct_config__  # type: ignore[attr-defined]  # every leaf but Raw is a Struct
    return f"{leaf.__module__.rpartition('.')[2]}/{config.tag}"


def _kinds_that_yield(name: str) -> list[str]:
    return sorted(kind_of(leaf) for leaf, measured in MEASURED.items() if name in _names(measured))


def _names(measured: Measured) -> tuple[str, ...]:
    return (*measured.counts, *measured.values)


if __name__ == "__main__":
    PUBLISHED.write_text(published_text())
