"""Reads OTLP's JSON: the fields of protobuf in lowerCamelCase, ids in hex, 64-bit integers as numbers or texts.

https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Raw, Struct

from functions.ingestion.dialects.attributes import RESOURCE_KEYS, SPAN_KEYS
from functions.ingestion.otlp.reading import EXCEPTION, Resource, Span, facts_of
from shared.errors import RejectedEventError, RejectedRequestError
from shared.events.framing import UNREADABLE

Integer = int | str
_FAILED: Final = (2, "STATUS_CODE_ERROR")
_LONGEST_INTEGER: Final = 20
_UNREADABLE: Final = RejectedRequestError(400, "unreadable_body", "The body is not the JSON of this path")


class Values(Struct, rename="camel", gc=False):
    values: list["Value"] = []


class Value(Struct, rename="camel", gc=False):
    """An AnyValue; bytes and maps tell nothing."""

    string_value: str | None = None
    int_value: Integer | None = None
    double_value: float | str | None = None
    bool_value: bool | None = None
    array_value: Values | None = None


class Attribute(Struct, rename="camel", gc=False):
    key: str = ""
    value: Value | None = None


class Described(Struct, rename="camel", gc=False):
    """A resource, a scope, or a span event."""

    name: str | None = None
    attributes: list[Attribute] | None = None


class Status(Struct, rename="camel", gc=False):
    code: int | str | None = None


class JsonSpan(Struct, rename="camel", gc=False):
    trace_id: str | None = None
    span_id: str | None = None
    parent_span_id: str | None = None
    name: str | None = None
    start_time_unix_nano: Integer | None = None
    end_time_unix_nano: Integer | None = None
    attributes: list[Attribute] | None = None
    events: list[Described] | None = None
    status: Status | None = None


Item = TypeVar("Item")


class ScopeSpans(Struct, rename="camel", gc=False):
    scope: Described | None = None
    spans: list[Raw] | None = None


class ResourceSpans(Struct, rename="camel", gc=False):
    resource: Described | None = None
    scope_spans: list[ScopeSpans] | None = None


class TracesRequest(Struct, rename="camel", gc=False):
    resource_spans: list[ResourceSpans] | None = None


_TRACES: Final = msgspec.json.Decoder(TracesRequest)
_SPAN: Final = msgspec.json.Decoder(JsonSpan)


def read_spans(body: bytes) -> Iterator[Span | RejectedEventError]:
    """The spans of an ExportTraceServiceRequest; raises RejectedRequestError if it is none."""
    for of_resource in whole(_TRACES, body).resource_spans or ():
        resource = resource_of(of_resource.resource)
        for of_scope in of_resource.scope_spans or ():
            scope = (of_scope.scope.name if of_scope.scope else None) or ""
            for raw in of_scope.spans or ():
                yield _read(raw, resource, scope)


def whole(decoder: "msgspec.json.Decoder[Item]", body: bytes) -> Item:
    try:
        return decoder.decode(body)
    except UNREADABLE:
        raise _UNREADABLE from None


def resource_of(described: Described | None) -> Resource:
    return Resource.of(facts_of(pairs(described.attributes if described else None), RESOURCE_KEYS))


def pairs(attributes: Sequence[Attribute] | None) -> Iterator[tuple[str, Any]]:
    return ((attribute.key, value_of(attribute.value)) for attribute in attributes or () if attribute.value)


def value_of(value: Value) -> Any:
    """Of an array its texts."""
    if value.string_value is not None:
        return value.string_value
    if value.int_value is not None:
        return integer_of(value.int_value)
    if value.array_value is not None:
        return [each.string_value for each in value.array_value.values if each.string_value is not None]
    return value.bool_value if value.double_value is None else double_of(value.double_value)


def double_of(value: float | str) -> float | None:
    """None for a text that is no number; "NaN" and "Infinity" are."""
    try:
        return float(value)
    except ValueError:
        return None


def integer_of(value: Integer | None) -> int:
    """0 for what is none, as in protobuf."""
    if isinstance(value, int):
        return value
    digits = (value or "0").strip()
    if len(digits) > _LONGEST_INTEGER or not digits.lstrip("-").isdecimal():
        raise RejectedEventError("invalid_integer", "Expected an integer, as a number or in quotes")
    return int(digits)


def _read(raw: Raw, resource: Resource, scope: str) -> Span | RejectedEventError:
    try:
        return _span(_SPAN.decode(raw), resource, scope)
    except RejectedEventError as error:
        return error
    except UNREADABLE:
        return RejectedEventError("invalid_span", "A field of the span has a value of another type")
    except ValueError:
        return RejectedEventError("invalid_id", "Expected ids in hex")


def _span(span: JsonSpan, resource: Resource, scope: str) -> Span:
    facts = facts_of(pairs(span.attributes), SPAN_KEYS)
    is_failed = span.status is not None and span.status.code in _FAILED
    if is_failed and span.events is not None and "error_type" not in facts:
        facts |= _exception(span.events)
    return Span(
        hex_of(span.trace_id),
        hex_of(span.span_id),
        hex_of(span.parent_span_id),
        span.name or "",
        integer_of(span.start_time_unix_nano),
        integer_of(span.end_time_unix_nano),
        is_failed,
        len(span.attributes or ()),
        facts,
        resource,
        scope,
    )


def hex_of(text: str | None) -> str:
    """In lower case; raises ValueError for what is no hex."""
    return bytes.fromhex(text).hex() if text else ""


def _exception(events: Sequence[Described]) -> dict[str, Any]:
    """Its type; its message and stack trace, in which prompts are quoted, are not looked at."""
    for event in events:
        if event.name == EXCEPTION:
            facts = facts_of(pairs(event.attributes), SPAN_KEYS)
            return {name: value for name, value in facts.items() if name == "error_type"}
    return {}
