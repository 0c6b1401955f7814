"""Requests of OTLP in both encodings, from the JSON of their official messages."""

import base64
import json
import math
from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.builders.events import NOON

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"
START = int((NOON.timestamp() - 60) * 1e9)
SECRET = "my card is 4111 1111 1111 1111"
ENCODINGS = ("application/x-protobuf", "application/json")
RESOURCE = {"service.name": "shop", "deployment.environment.name": "prod", "service.namespace": "search"}
CALL = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.response.model": "gpt-4o-2024-08-06",
    "gen_ai.response.id": "chatcmpl-1",
    "gen_ai.usage.input_tokens": 1000,
    "gen_ai.usage.output_tokens": 200,
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.input.messages": SECRET,
}
_IDS = ("traceId", "spanId", "parentSpanId")


def attributes(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in told.items()]


def span(told: Mapping[str, Any] = CALL, **fields: Any) -> dict[str, Any]:
    return {
        "traceId": TRACE,
        "spanId": SPAN,
        "name": "chat gpt-4o",
        "kind": 3,
        "startTimeUnixNano": str(START),
        "endTimeUnixNano": str(START + 1_500_000_000),
        "attributes": attributes(told),
        **fields,
    }


def spans(*each: Mapping[str, Any], resource: Mapping[str, Any] = RESOURCE) -> dict[str, Any]:
    described = {"attributes": attributes(resource)}
    return {"resourceSpans": [{"resource": described, "scopeSpans": [{"scope": {"name": "lib"}, "spans": list(each)}]}]}


def metrics(*each: Mapping[str, Any]) -> dict[str, Any]:
    described = {"attributes": attributes(RESOURCE)}
    return {"resourceMetrics": [{"resource": described, "scopeMetrics": [{"metrics": list(each)}]}]}


def logs(*each: Mapping[str, Any]) -> dict[str, Any]:
    described = {"attributes": attributes(RESOURCE)}
    return {"resourceLogs": [{"resource": described, "scopeLogs": [{"logRecords": list(each)}]}]}


def encoded(request: Mapping[str, Any], encoding: str) -> bytes:
    if encoding == "application/json":
        return json.dumps(request).encode()
    (signal,) = request
    message = {
        "resourceSpans": ExportTraceServiceRequest,
        "resourceMetrics": ExportMetricsServiceRequest,
        "resourceLogs": ExportLogsServiceRequest,
    }[signal]()
    written: bytes = json_format.ParseDict(_base64_ids(request), message).SerializeToString()
    return written


def _base64_ids(told: Any) -> Any:
    if isinstance(told, list):
        return [_base64_ids(each) for each in told]
    if not isinstance(told, Mapping):
        return told
    return {
        name: base64.b64encode(bytes.fromhex(value)).decode() if name in _IDS else _base64_ids(value)
        for name, value in told.items()
    }


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {
            "doubleValue": value
            if math.isfinite(value)
            else str(value).title().replace("Inf", "Infinity").replace("Nan", "NaN")
        }
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(each) for each in value]}}
    return {"stringValue": value}
