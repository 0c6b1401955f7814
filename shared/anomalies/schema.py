"""The published JSON schema of what is told of an anomaly: `python -m shared.anomalies.schema` writes it."""

import json
from pathlib import Path
from typing import Any, Final

from shared.anomalies.anomaly import Kind, Severity, Status
from shared.windows.window import Resolution

PUBLISHED: Final = Path(__file__).parents[2] / "docs" / "schemas" / "anomaly.schema.json"

_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": ["number", "null"]}
_INSTANT: Final = {"type": "string", "format": "date-time"}
_DIMENSIONS: Final = {"type": "object", "additionalProperties": {"type": ["string", "null"]}}


def notice_schema() -> dict[str, Any]:
    """Of the detail of `Anomaly Detected` and `Anomaly Resolved`."""
    properties = {
        "notice_id": {**_TEXT, "description": "The same for a notice that comes twice."},
        "console_url": {**_TEXT, "format": "uri"},
        **anomaly_properties(),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Anomaly",
        "description": "Detail of the events `Anomaly Detected` and `Anomaly Resolved` of source `llm-analytics-hub`.",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def anomaly_properties() -> dict[str, Any]:
    return {
        "anomaly_id": _TEXT,
        "tenant": _TEXT,
        "measure": _TEXT,
        "statistic": _TEXT,
        "dimensions": {**_DIMENSIONS, "description": "Empty for the total; null is for what has no such value."},
        "window_start": _INSTANT,
        "window_end": _INSTANT,
        "resolution": {"enum": [resolution.value for resolution in Resolution]},
        "detector": {**_TEXT, "description": "`learned`, or `rule:<id>`."},
        "kind": {"enum": [kind.value for kind in Kind]},
        "severity": {"enum": [severity.value for severity in Severity]},
        "status": {"enum": [status.value for status in Status]},
        "score": {"type": "number", "description": "-log10 of the chance of such a value on a usual day; 0 of a rule."},
        "observed": _NUMBER,
        "expected": _NUMBER,
        "lower": _NUMBER,
        "upper": _NUMBER,
        "explanation": _TEXT,
        "opened_at": _INSTANT,
        "last_seen_at": _INSTANT,
        "resolved_at": {"type": ["string", "null"], "format": "date-time"},
        "resolution_reason": {"enum": [None, "quiet", "revised", "user", "false_alarm", "relearned"]},
        "group": {"type": ["string", "null"], "description": "The anomaly that speaks for this one."},
        "members": {"type": "integer", "description": "For how many others it speaks."},
        "common_dimensions": {"anyOf": [{"type": "null"}, _DIMENSIONS]},
        "alerted": {"type": "boolean"},
        "reopened": {"type": "integer"},
        "note": {"type": ["string", "null"]},
    }


def published_text() -> str:
    return json.dumps(notice_schema(), indent=2) + "\n"


if __name__ == "__main__":
    PUBLISHED.write_text(published_text())
