"""The OpenAPI 3.1 description of the API, made from the models that serve it: `python -m functions.query.openapi`
writes docs/openapi.json.
"""

import json
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from functions.query.admin_openapi import admin_paths, foreign_paths, struct_schemas
from functions.query.alert_openapi import ALERT_ANSWERS, ALERT_BODIES, alert_paths
from functions.query.console_openapi import CONSOLE_ANSWERS, CONSOLE_BODIES, console_paths
from functions.query.forecast_openapi import FORECAST_ANSWERS, FORECAST_BODIES, forecast_paths
from functions.query.incident_openapi import DESCRIBED, STORY_ANSWERS, story_operation
from functions.query.models import (
    ErrorAnswer,
    Health,
    IngestAnswer,
    MetricsAnswer,
    SeriesAnswer,
    SummaryAnswer,
    UnacceptedAnswer,
)
from functions.query.otlp_openapi import OTLP_PATHS, otlp_operation
from functions.query.parameters import MetricsParameters, SeriesParameters, SummaryParameters
from functions.query.privacy_openapi import PRIVACY_ANSWERS, PRIVACY_BODIES, privacy_paths
from functions.query.quality import QualityAnswer
from shared.events.schema import event_definitions

PUBLISHED: Final = Path(__file__).parents[2] / "docs" / "openapi.json"
_REFERENCE: Final = "#/components/schemas/{model}"
_ANSWERS: Final[tuple[type[BaseModel], ...]] = (
    ErrorAnswer,
    Health,
    IngestAnswer,
    MetricsAnswer,
    QualityAnswer,
    SeriesAnswer,
    SummaryAnswer,
    UnacceptedAnswer,
)
_ALL_ANSWERS: Final = (*_ANSWERS, *ALERT_ANSWERS, *STORY_ANSWERS, *FORECAST_ANSWERS, *CONSOLE_ANSWERS, *PRIVACY_ANSWERS)
_CLOUDEVENT: Final[dict[str, Any]] = {
    "type": "object",
    "description": "CloudEvents 1.0, known by source and id; in binary mode, its attributes are ce- headers.",
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "minLength": 1},
        "source": {"type": "string", "minLength": 1},
        "type": {"type": "string", "minLength": 1},
        "time": {"type": "string", "format": "date-time"},
        "data": {},
    },
    "required": ["specversion", "id", "source", "type", "time"],
}
_SPLIT: Final = ("group_by", "stat", "type", "event_type", "severity", "source_module")

_REFUSALS: Final = {
    "400": "What was sent cannot be read, or what was asked cannot be answered.",
    "401": "No API key, or one that is not valid.",
    "403": "The key's role does not have the permission.",
    "429": "Over the rate plan; the header Retry-After says when to come again.",
    "503": "The hub cannot answer now; the header Retry-After says when to come again.",
}
_INGEST_REFUSALS: Final = _REFUSALS | {
    "413": "Over 4 MB, or over the limit when inflated.",
    "415": "A content type or encoding that is not taken.",
}
_UNACCEPTED: Final = {
    "429": "Over the rate plan, or more than the stream takes; Retry-After says when to send what is `unaccepted` again.",
    "503": "The stream cannot be reached; Retry-After says when to send what is `unaccepted`, or else all of it, again.",
}


def document() -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "LLM Analytics Hub",
            "version": "1",
            "description": "Events of an LLM platform in, exact windows out.",
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}, {"bearer": []}],
        "paths": {
            **{path: {"get": _story(path)} for path in DESCRIBED},
            "/v1/events": {"post": _ingest("sendEvents", "Send events"), "get": _story("/v1/events")},
            "/v1/events/batch": {"post": _ingest("sendEventBatch", "Send events; the same as /v1/events")},
            **{path: {"post": otlp_operation(path, _refusals(_REFUSALS))} for path in OTLP_PATHS},
            "/v1/metrics": {
                "post": otlp_operation("/v1/metrics", _refusals(_REFUSALS)),
                "get": _get("getMetrics", "A measure over time", MetricsAnswer, MetricsParameters),
            },
            "/v1/series": {
                "get": _get("getSeries", "Which series there are in a range", SeriesAnswer, SeriesParameters)
            },
            "/v1/summary": {"get": _get("getSummary", "A tenant's totals", SummaryAnswer, SummaryParameters)},
            **foreign_paths(_ingest("sendEvents", "Send events; the same as /v1/events"), _INGEST_REFUSALS),
            **admin_paths(_parameters, _REFUSALS),
            **alert_paths(_parameters, _reference, _content, _REFUSALS),
            **forecast_paths(_parameters, _reference, _content, _refusals(_REFUSALS)),
            **console_paths(_parameters, _reference, _content, _refusals(_REFUSALS)),
            **privacy_paths(_reference, _content, _refusals(_REFUSALS)),
            "/v1/health": {"get": _health()},
            "/openapi.json": {"get": _self()},
        },
        "components": {"schemas": _schemas(), "securitySchemes": _keys()},
    }


def _story(path: str) -> dict[str, Any]:
    return story_operation(path, _parameters, _reference, _content, _refusals(_REFUSALS))


def published_text() -> str:
    return json.dumps(document(), indent=2) + "\n"


def _schemas() -> dict[str, Any]:
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        *((answer, "serialization") for answer in _ALL_ANSWERS),
        *((body, "validation") for body in (*ALERT_BODIES, *FORECAST_BODIES, *CONSOLE_BODIES, *PRIVACY_BODIES)),
    ]
    _, answers = models_json_schema(models, ref_template=_REFERENCE)
    by_name = _REFERENCE.replace("model", "name")
    events = {**event_definitions(by_name), **struct_schemas(by_name)}
    if same := events.keys() & answers["$defs"].keys():
        raise ValueError(f"two schemas of one name: {', '.join(sorted(same))}")
    return dict(sorted({**answers["$defs"], **events}.items()))


def _keys() -> dict[str, Any]:
    return {
        "key": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "`llmah_...`"},
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "`llmah_...`, or a token of an OpenID Connect issuer that the deployment trusts.",
        },
        "basic": {"type": "http", "scheme": "basic", "description": "Any user; the password is `llmah_...`."},
    }


def _get(operation: str, summary: str, answer: type[BaseModel], parameters: type[BaseModel]) -> dict[str, Any]:
    return {
        "operationId": operation,
        "summary": summary,
        "description": "Needs the permission metrics:read.",
        "parameters": _parameters(parameters),
        "responses": {"200": _content("The answer.", _reference(answer)), **_refusals(_REFUSALS)},
    }


def _parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = _inlined(model.model_json_schema(mode="validation"))
    return [
        _parameter(name, dict(described), required=name in schema.get("required", ()))
        for name, described in schema["properties"].items()
    ]


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """Without references to definitions of its own, which a parameter cannot carry."""
    definitions = schema.get("$defs", {})

    def resolved(node: Any) -> Any:
        if isinstance(node, dict):
            named = str(node.get("$ref", "")).rpartition("/")[2]
            return resolved(definitions[named]) if named in definitions else {k: resolved(v) for k, v in node.items()}
        return [resolved(each) for each in node] if isinstance(node, list) else node

    inlined: dict[str, Any] = resolved(schema)
    return inlined


def _parameter(name: str, schema: dict[str, Any], *, required: bool) -> dict[str, Any]:
    schema.pop("title", None)
    description = schema.pop("description", None)
    return {
        "name": name,
        "in": "query",
        "required": required,
        **({"description": description} if description else {}),
        **({"style": "form", "explode": name not in _SPLIT} if schema.get("type") == "array" else {}),
        "schema": schema,
    }


def _ingest(operation: str, summary: str) -> dict[str, Any]:
    event = {"$ref": "#/components/schemas/Event"}
    return {
        "operationId": operation,
        "summary": summary,
        "description": "Needs the permission event:write. One event, an array, or NDJSON; plain, or compressed by gzip,"
        " deflate or zstd (Content-Encoding). Items that are not valid harm no other: the answer lists them by index.",
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"anyOf": [event, {"type": "array", "items": event}]}},
                "application/x-ndjson": {"schema": {"type": "string", "description": "An event on each line."}},
                "application/cloudevents+json": {"schema": _CLOUDEVENT},
                "application/cloudevents-batch+json": {"schema": {"type": "array", "items": _CLOUDEVENT}},
            },
        },
        "responses": {
            "202": _content("How many were accepted, and which were not.", _reference(IngestAnswer)),
            **_refusals(_INGEST_REFUSALS),
            **{status: _content(told, _reference(UnacceptedAnswer)) for status, told in _UNACCEPTED.items()},
        },
    }


def _health() -> dict[str, Any]:
    return {
        "operationId": "getHealth",
        "summary": "Whether the pipeline moves",
        "security": [],
        "responses": {
            "200": _content("It moves.", _reference(Health)),
            "503": _content(
                "It stands still or has not begun.", {"anyOf": [_reference(Health), _reference(ErrorAnswer)]}
            ),
        },
    }


def _self() -> dict[str, Any]:
    return {
        "operationId": "getOpenApi",
        "summary": "This description",
        "security": [],
        "responses": {"200": _content("OpenAPI 3.1.", {"type": "object"})},
    }


def _refusals(refusals: dict[str, str]) -> dict[str, Any]:
    return {status: _content(description, _reference(ErrorAnswer)) for status, description in refusals.items()}


def _content(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model.__name__)}


if __name__ == "__main__":
    PUBLISHED.write_text(published_text())
