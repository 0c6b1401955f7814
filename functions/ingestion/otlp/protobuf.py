"""Reads OTLP's protobuf, by the official schema with one change: a span's attributes are left as bytes until looked at.

Most attributes are not known to the hub, or say what another span of the request has said already (a provider, a model),
so of these no message is made: 5 us instead of 13 for a span of 16 attributes. What is read at all is read by the
official `KeyValue`, but for the two forms that nearly all values have, short texts and integers. What an attribute tells
is remembered from request to request, for most clients send few spans at a time.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2
from opentelemetry.proto.common.v1 import common_pb2
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1 import resource_pb2
from opentelemetry.proto.trace.v1 import trace_pb2

from functions.ingestion.dialects.attributes import RESOURCE_KEYS, SPAN_KEYS
from functions.ingestion.otlp.reading import EXCEPTION, Fact, Resource, Span, fact_of, facts_of
from shared.errors import RejectedEventError, RejectedRequestError

_REMEMBERED_BYTES: Final = 96
MOST_REMEMBERED: Final = 16_384
"""Attributes, which take some 4 MB."""
_FAILED: Final = 2

_KEY, _VALUE, _TEXT, _INTEGER = 0x0A, 0x12, 0x0A, 0x18
_ONE_BYTE: Final = 0x80
_HEAD: Final = 2
"""The bytes of a short field before its content."""
_SHORT: Final = 5
_UNSEEN: Final[Fact] = ("", 0, None)
_ALWAYS_NEW: Final = "request_id"

Remembered = dict[bytes, Fact | None]


def read_spans(body: bytes) -> Iterator[Span | RejectedEventError]:
    """The spans of an ExportTraceServiceRequest; raises RejectedRequestError if it is none."""
    remembered = _memory()
    for of_resource in parsed(_request(), body).resource_spans:
        resource = Resource.of(facts_of(pairs(of_resource.resource.attributes), RESOURCE_KEYS))
        for of_scope in of_resource.scope_spans:
            scope = of_scope.scope.name
            for span in of_scope.spans:
                try:
                    yield _span(span, resource, scope, remembered)
                except RejectedEventError as error:
                    yield error
                except (DecodeError, UnicodeDecodeError):
                    yield RejectedEventError("unreadable_attribute", "An attribute of the span cannot be read")


def parsed(message: Any, body: bytes) -> Any:
    try:
        return message.FromString(body)
    except DecodeError:
        raise RejectedRequestError(400, "unreadable_body", "The body is not the protobuf of this path") from None


def pairs(attributes: Any) -> Iterator[tuple[str, Any]]:
    """Keys and values of a repeated KeyValue."""
    return ((attribute.key, value_of(attribute.value)) for attribute in attributes)


def value_of(value: AnyValue) -> Any:
    """Of an array its texts; None for what no fact is told by: nothing, bytes, maps."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [each.string_value for each in value.array_value.values if each.HasField("string_value")]
    return None if kind in (None, "bytes_value", "kvlist_value") else getattr(value, kind)


def _span(span: Any, resource: Resource, scope: str, remembered: Remembered) -> Span:
    attributes, is_failed = span.attributes[:], span.status.code == _FAILED
    facts: dict[str, Any] = {}
    ranks: dict[str, int] = {}
    for raw in attributes:
        fact = remembered.get(raw, _UNSEEN)
        if fact is _UNSEEN:
            fact = _look_at(raw, remembered)
        if fact is not None:
            name, rank, value = fact
            if name not in facts or rank < ranks[name]:
                ranks[name], facts[name] = rank, value
    if is_failed and "error_type" not in facts:
        facts |= _exception(span.events)
    return Span(
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        span.name,
        span.start_time_unix_nano,
        span.end_time_unix_nano,
        is_failed,
        len(attributes),
        facts,
        resource,
        scope,
    )


def _look_at(raw: bytes, remembered: Remembered) -> Fact | None:
    """What one attribute tells. Long ones and identities are not remembered: they are hardly the same again."""
    if len(raw) < _HEAD or raw[0] != _KEY or raw[1] >= _ONE_BYTE:
        return _read_fact(raw)
    at = _HEAD + raw[1]
    known = _KNOWN.get(raw[_HEAD:at])
    if known is None:
        fact = None
    else:
        short = _short_value(raw[at:])
        fact = _read_fact(raw) if short is None else fact_of(known, short)
    if len(raw) <= _REMEMBERED_BYTES and (fact is None or fact[0] != _ALWAYS_NEW):
        remembered[raw] = fact
    return fact


def _short_value(rest: bytes) -> str | int | None:
    """Of the bytes behind a key, a text or a positive integer of up to 28 bits; None for all else."""
    size = len(rest) - _HEAD
    if size < _HEAD or size >= _ONE_BYTE or rest[0] != _VALUE or rest[1] != size:
        return None
    if rest[2] == _TEXT and rest[3] == size - _HEAD:
        return rest[4:].decode()
    return _short_integer(rest[3:]) if rest[2] == _INTEGER and size <= _SHORT else None


def _short_integer(digits: bytes) -> int | None:
    """A varint that ends where its field does; None if it does not."""
    number = shift = 0
    for byte in digits[:-1]:
        if byte < _ONE_BYTE:
            return None
        number |= (byte & 0x7F) << shift
        shift += 7
    return None if digits[-1] >= _ONE_BYTE else number | digits[-1] << shift


def _read_fact(raw: bytes) -> Fact | None:
    """By the official schema."""
    attribute = KeyValue.FromString(raw)
    found = SPAN_KEYS.get(attribute.key)
    return None if found is None else fact_of(found, value_of(attribute.value))


def _memory() -> Remembered:
    """Forgotten as a whole once it is full, as names and values are the clients' to invent."""
    if len(REMEMBERED) >= MOST_REMEMBERED:
        REMEMBERED.clear()
    return REMEMBERED


def _exception(events: Any) -> dict[str, Any]:
    """Its type; its message and stack trace, in which prompts are quoted, are not looked at."""
    for event in events:
        if event.name == EXCEPTION:
            facts = facts_of(pairs(event.attributes), SPAN_KEYS)
            return {name: value for name, value in facts.items() if name == "error_type"}
    return {}


@cache
def _request() -> Any:
    """The class of requests."""
    pool, files = DescriptorPool(), (resource_pb2, trace_pb2, trace_service_pb2)
    for descriptor in (common_pb2.DESCRIPTOR, *(file.DESCRIPTOR for file in files)):
        file = FileDescriptorProto()
        descriptor.CopyToProto(file)
        _leave_attributes(file)
        pool.Add(file)
    name = trace_service_pb2.ExportTraceServiceRequest.DESCRIPTOR.full_name
    return GetMessageClass(pool.FindMessageTypeByName(name))


def _leave_attributes(file: FileDescriptorProto) -> None:
    for message in file.message_type:
        for field in message.field:
            if (message.name, field.name) == ("Span", "attributes"):
                field.type = FieldDescriptorProto.TYPE_BYTES
                field.ClearField("type_name")


REMEMBERED: Final[Remembered] = {}
"""What the attributes of earlier requests tell, by their bytes."""
_KNOWN: Final = {key.encode(): known for key, known in SPAN_KEYS.items()}
