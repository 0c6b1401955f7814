"""CloudEvents 1.0 over HTTP (structured, batch and binary) become events of every kind; known by `source` and `id`.

What an event is, is told by its data if that is an event of the hub or a payload of one, or else by the end of its type,
as in `com.example.telemetry.inference.v1`; any other is a custom event of that type.
https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
"""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from functions.ingestion.foreign import (
    DEFAULT_ENVIRONMENT,
    correlation_of,
    event_id_of,
    media_type,
    parsed,
    parsed_object,
    unreadable_as_rejected,
    unsupported_media_type,
)
from shared.errors import RejectedEventError, RejectedRequestError
from shared.events.decoding import DecodedEvents, admit_each, event_of
from shared.events.event import Event, EventType, SourceModule
from shared.events.framing import split_items

STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
EXPECTED: Final = f"{STRUCTURED} or {BATCH}, or application/json with the attributes in ce- headers"
SPEC_VERSION: Final = "1.0"

LONGEST_TAG: Final = 1024

_LEAVES: Final[Mapping[str, tuple[str, ...]]] = {
    "telemetry": ("latency", "throughput", "error_rate", "token_usage", "model_performance", "inference"),
    "security": ("threat", "vulnerability", "compliance_violation", "auth", "privacy"),
    "cost": ("token_cost", "api_cost", "resource_consumption", "budget_alert"),
    "governance": ("policy_violation", "audit_trail", "compliance_check", "data_lineage"),
}
_USUAL_SOURCE: Final[Mapping[str, SourceModule]] = {
    "security": SourceModule.SENTINEL,
    "cost": SourceModule.COST_OPS,
    "governance": SourceModule.GOVERNANCE_DASHBOARD,
}
_KIND: Final = re.compile(rf"(?:^|\.)({'|'.join(_LEAVES)})\.([a-z_]+)(?:\.v\d+)?$")
_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")
_ENVELOPE: Final = frozenset(
    ("timestamp", "source_module", "event_type", "correlation_id", "parent_event_id", "schema_version", "severity")
)
_OWN: Final = frozenset(("id", "specversion", "time", "datacontenttype", "dataschema", "data", "data_base64"))
_READ: Final = frozenset(("sourcemodule", "severity", "environment", "traceparent"))


def is_cloudevent(headers: Mapping[str, str]) -> bool:
    """By the headers, whose names are lower case."""
    return "ce-specversion" in headers or media_type(headers.get("content-type", "")) in (STRUCTURED, BATCH)


def decode_cloudevents(headers: Mapping[str, str], body: bytes, received_at: datetime) -> DecodedEvents:
    """The events of a request; the index of a rejection is the place in the batch. An empty batch holds nothing."""
    media = media_type(headers.get("content-type", ""))
    if media == BATCH:
        candidates = [_of_json(item) for item in _items(body)]
    elif media == STRUCTURED:
        candidates = [_of_json(body)]
    else:
        candidates = [_of_headers(headers, media, body)]
    return admit_each(candidates, received_at)


def _items(body: bytes) -> list[bytes]:
    if not body.lstrip().startswith(b"["):
        raise RejectedRequestError(400, "invalid_batch", "A batch of CloudEvents is a JSON array")
    return split_items(body, ndjson=False)


def _of_json(item: bytes) -> Event | RejectedEventError:
    try:
        told = parsed_object(item)
        return _event(told, _data_in(told))
    except RejectedEventError as error:
        return error


def _of_headers(headers: Mapping[str, str], media: str, body: bytes) -> Event | RejectedEventError:
    told = {name[3:]: unquote(value) for name, value in headers.items() if name.startswith("ce-")}
    if body and not _is_json(media) and not media.startswith("text/"):
        raise unsupported_media_type(EXPECTED)
    try:
        if not body or _is_json(media):
            return _event(told, parsed(body) if body else None)
        with unreadable_as_rejected():
            return _event(told, body.decode())
    except RejectedEventError as error:
        return error


def _is_json(media: str) -> bool:
    return media in ("", "application/json", "text/json") or media.endswith("+json")


def _data_in(told: Mapping[str, Any]) -> Any:
    encoded = told.get("data_base64")
    if encoded is None:
        return told.get("data")
    try:
        data = b64decode(encoded, validate=True)
    except (Base64Error, TypeError, ValueError):
        raise RejectedEventError("invalid_cloudevent", "Expected base64 - at `$.data_base64`") from None
    if not _is_json(media_type(str(told.get("datacontenttype", "")))):
        raise RejectedEventError("unsupported_data", "Expected JSON - at `$.data_base64`")
    return parsed(data)


def _event(told: Mapping[str, Any], data: Any) -> Event | RejectedEventError:
    if told.get("specversion") != SPEC_VERSION:
        raise RejectedEventError("unsupported_specversion", f"Expected {SPEC_VERSION} - at `$.specversion`")
    source, identity, kind = (_required(told, name) for name in ("source", "id", "type"))
    native = data if isinstance(data, dict) and isinstance(data.get("payload"), dict) else {}
    payload = native.get("payload") or _payload(kind, data)
    return event_of(
        {
            **_envelope(told, source, kind, str(payload.get("payload_type"))),
            **{name: value for name, value in native.items() if name in _ENVELOPE or name == "environment"},
            "timestamp": _timestamp(told, native),
            "event_id": event_id_of("cloudevents", source, identity),
            "tags": _tags(told) | (native["tags"] if isinstance(native.get("tags"), dict) else {}),
            "payload": payload,
        }
    )


def _required(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value:
        raise RejectedEventError("invalid_cloudevent", f"Expected a text that is not empty - at `$.{name}`")
    return value


def _timestamp(told: Mapping[str, Any], native: Mapping[str, Any]) -> Any:
    """Without one, the same event sent again would be another: when it came in is no part of it."""
    timestamp = native.get("timestamp", told.get("time"))
    if timestamp is None:
        raise RejectedEventError("missing_time", "Expected when it happened, in RFC 3339 - at `$.time`")
    return timestamp


def _payload(kind: str, data: Any) -> dict[str, Any]:
    if isinstance(data, dict):
        if "payload_type" in data:
            return data
        for payload_type in _LEAVES:
            if f"{payload_type}_type" in data:
                return {"payload_type": payload_type, "data": data}
        found = _KIND.search(kind)
        if found and found[2] in _LEAVES[found[1]]:
            return {"payload_type": found[1], "data": {f"{found[1]}_type": found[2], **data}}
    return {"payload_type": "custom", "custom_type": kind, "data": msgspec.Raw(msgspec.json.encode(data))}


def _envelope(told: Mapping[str, Any], source: str, kind: str, payload_type: str) -> dict[str, Any]:
    trace = _TRACEPARENT.fullmatch(str(told.get("traceparent", "")))
    correlation = correlation_of(trace[1]) if trace else None
    return {
        "source_module": told.get("sourcemodule") or _module_in(source, payload_type),
        "event_type": payload_type if payload_type in _LEAVES else _event_type(kind),
        "severity": told.get("severity") or ("warning" if payload_type == "security" else "info"),
        "environment": told.get("environment") or DEFAULT_ENVIRONMENT,
        **({"correlation_id": correlation} if correlation else {}),
    }


def _module_in(source: str, payload_type: str) -> SourceModule:
    """The module that the source names, or else the one that usually sends such events."""
    named = next((module for module in SourceModule if module in source), None)
    if named is None and "llm-costops" in source:
        return SourceModule.COST_OPS
    return named or _USUAL_SOURCE.get(payload_type, SourceModule.OBSERVATORY)


def _event_type(kind: str) -> str:
    """Of a custom event: the word of its type that is a type of event here."""
    words = kind.split(".")
    return next((event_type for event_type in EventType if event_type in words), EventType.TELEMETRY)


def _tags(told: Mapping[str, Any]) -> dict[str, str]:
    """The attributes that are nothing else here."""
    tags = {
        f"ce_{name}": told[name][:LONGEST_TAG]
        for name in ("source", "type", "subject")
        if isinstance(told.get(name), str)
    }
    others = {name: value for name, value in told.items() if name not in _OWN | _READ | {"source", "type", "subject"}}
    return tags | {name: str(value)[:LONGEST_TAG] for name, value in others.items() if isinstance(value, str | int)}
