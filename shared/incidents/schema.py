"""The published JSON schema of what is told of an incident: `python -m shared.incidents.schema` writes it."""

import json
from pathlib import Path
from typing import Any, Final

from shared.incidents.correlation import CorrelationType
from shared.incidents.impact import ImpactLevel
from shared.incidents.incident import IncidentStatus
from shared.incidents.signal import ComponentKind, SignalKind

PUBLISHED: Final = Path(__file__).parents[2] / "docs" / "schemas" / "incident.schema.json"

_TEXT: Final = {"type": "string"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_SHARE: Final = {"type": "number", "minimum": 0, "maximum": 1}
_INSTANT: Final = {"type": "string", "format": "date-time"}


def notice_schema() -> dict[str, Any]:
    """Of the detail of `Incident Opened`, `Incident Updated` and `Incident Resolved`."""
    whole = _all_of(
        notice_id={**_TEXT, "description": "The same for a notice that comes twice."},
        console_url={**_TEXT, "format": "uri"},
        incident_id=_TEXT,
        tenant=_TEXT,
        status={"enum": [status.value for status in IncidentStatus]},
        title=_TEXT,
        opened_at=_INSTANT,
        last_signal_at=_INSTANT,
        resolved_at={**_INSTANT, "type": ["string", "null"]},
        merged_into={"type": ["string", "null"], "description": "The incident that tells this story since."},
        signals=_COUNT,
        correlation_types=_list({"enum": [kind.value for kind in CorrelationType]}),
        impact=_impact(),
        suspected_causes={**_list(_cause()), "description": "The likeliest first."},
        recommendations=_list(_TEXT),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Incident",
        "description": "Detail of the events `Incident Opened`, `Incident Updated` and `Incident Resolved` of source "
        "`llm-analytics-hub`.",
        **whole,
    }


def _impact() -> dict[str, Any]:
    return _all_of(
        level={"enum": [level.value for level in ImpactLevel]},
        score=_SHARE,
        components=_list(_all_of(kind={"enum": [kind.value for kind in ComponentKind]}, name=_TEXT)),
        users=_COUNT,
        additional_cost_usd={"type": "number"},
        threats=_COUNT,
        violations=_COUNT,
    )


def _cause() -> dict[str, Any]:
    return _all_of(
        kind={"enum": [kind.value for kind in SignalKind]},
        about={**_TEXT, "description": "A component, or whoever an indicator names, such as `user:ann`."},
        score=_SHARE,
        since=_INSTANT,
        signals=_COUNT,
        summary=_TEXT,
        evidence={"type": "object", "additionalProperties": _SHARE, "description": "The terms of the score."},
    )


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _all_of(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def published_text() -> str:
    return json.dumps(notice_schema(), indent=2) + "\n"


if __name__ == "__main__":
    PUBLISHED.write_text(published_text())
