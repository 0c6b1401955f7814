"""Requests of metrics and logs as official messages, from either encoding.

These are few and small beside spans, so that the general parsers do. In JSON ids are hex where protobuf's own JSON has
base64: 32 hex digits are valid base64 too, so `hex_of` turns what was misread back into what was written.
"""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from functions.ingestion.otlp.answers import is_protobuf
from functions.ingestion.otlp.protobuf import parsed
from shared.errors import RejectedRequestError

_MESSAGES: Final[Mapping[str, Any]] = {"metrics": ExportMetricsServiceRequest, "logs": ExportLogsServiceRequest}


def request_of(signal: str, headers: Mapping[str, str], body: bytes) -> Any:
    """`signal` is "metrics" or "logs"; raises RejectedRequestError if the body is no request of it."""
    message = _MESSAGES[signal]
    if is_protobuf(headers):
        return parsed(message, body)
    try:
        return json_format.Parse(body, message(), ignore_unknown_fields=True)
    except (json_format.ParseError, ValueError, RecursionError, AttributeError, TypeError):
        raise RejectedRequestError(400, "unreadable_body", "The body is not the JSON of this path") from None


def hex_of(identity: bytes, *, digits: int) -> str:
    """The hex digits of an id: of its bytes, or as they were written in JSON."""
    return identity.hex() if 2 * len(identity) == digits else b64encode(identity).decode().lower()
