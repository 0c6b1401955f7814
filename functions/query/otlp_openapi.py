"""How the API's description tells of the paths of OTLP, whose bodies are described elsewhere."""

from collections.abc import Mapping
from typing import Any, Final

_PROTOBUF: Final = "application/x-protobuf"
_JSON: Final = "application/json"
_TOLD: Final[Mapping[str, tuple[str, str]]] = {
    "/v1/traces": ("exportTraces", "Send spans by OTLP"),
    "/v1/metrics": ("exportMetrics", "Send metrics by OTLP"),
    "/v1/logs": ("exportLogs", "Send log records by OTLP"),
    "/api/public/otel/v1/traces": ("exportLangfuseTraces", "Send spans by OTLP, where Langfuse's clients send them"),
}
OTLP_PATHS: Final = tuple(path for path in _TOLD if path != "/v1/metrics")
"""Those that take nothing but OTLP."""
_STATUSES: Final = {
    "400": "What was sent cannot be read, or holds nothing valid.",
    "413": "Over 4 MB, or over the limit when inflated.",
    "415": "A content type or encoding that is not taken.",
    "429": "More than the stream takes; the header Retry-After says when to send it again.",
    "503": "The stream cannot be reached; the header Retry-After says when to send it again.",
}
_PARTIAL_SUCCESS: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {
        "partialSuccess": {
            "type": "object",
            "properties": {
                "rejectedSpans": {"type": "string"},
                "rejectedDataPoints": {"type": "string"},
                "rejectedLogRecords": {"type": "string"},
                "errorMessage": {"type": "string"},
            },
        }
    },
}
_STATUS: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
}
_BINARY: Final[Mapping[str, Any]] = {"type": "string", "contentEncoding": "binary"}


def otlp_operation(path: str, refusals: Mapping[str, Any]) -> dict[str, Any]:
    """`refusals` are those that the gateway answers in the hub's own form; ours come in OTLP's."""
    operation, summary = _TOLD[path]
    return {
        "operationId": operation,
        "summary": summary,
        "description": "Needs the permission event:write. Plain, or compressed by gzip, deflate or zstd. The answer has the"
        " request's content type; what is not valid is counted in its partial success and harms nothing else.",
        "requestBody": {
            "required": True,
            "content": {_PROTOBUF: {"schema": _BINARY}, _JSON: {"schema": {"type": "object"}}},
        },
        "responses": {
            "200": _content("Taken, but for what the partial success names.", _PARTIAL_SUCCESS),
            **refusals,
            **{status: _content(told, _STATUS) for status, told in _STATUSES.items()},
        },
    }


def _content(description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {_JSON: {"schema": schema}, _PROTOBUF: {"schema": _BINARY}}}
