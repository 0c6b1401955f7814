"""The rules that an event must keep beyond its schema, and the canonical forms it leaves with.

A batch that keeps them already is recognised as a whole, without work per event but reading the fields; only another
batch is walked event by event.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

import msgspec

from shared.errors import RejectedEventError
from shared.events import identifiers, timestamps
from shared.events.event import Event
from shared.events.framing import UNREADABLE
from shared.events.governance import AuditTrail
from shared.events.telemetry import MOST_SPREAD, ErrorRate, Inference, ModelPerformance
from shared.events.timestamps import completed

MAX_AGE = timedelta(days=7)
MAX_AHEAD = timedelta(minutes=5)
MAX_JSON_BYTES = 65_536
MAX_JSON_DEPTH = 32

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_VERSION = re.compile(r"1(\.\d{1,9}){1,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Admission:
    """Judges the events of one request, by the instant at which it came in."""

    earliest: str
    latest: str

    @classmethod
    def at(cls, received_at: datetime) -> Self:
        format_timestamp = timestamps.format_timestamp
        return cls(format_timestamp(received_at - MAX_AGE), format_timestamp(received_at + MAX_AHEAD))

    def admit_all(self, events: Sequence[Event], *, plain: bool = False) -> bool:
        """Whether all may pass; if not, nothing is said about any one of them. `plain`: no text has control characters."""
        times = completed([event.timestamp for event in events])
        if not timestamps.are_canonical(times) or min(times) < self.earliest or max(times) > self.latest:
            return False
        for event, time in zip(events, times, strict=True):
            event.timestamp = time
        return (
            identifiers.are_canonical(_ids(events))
            and all(map(_is_version, {event.schema_version for event in events}))
            and (plain or not _CONTROL.search("".join(_dimensions(events))))
            and _keep_rules(events)
        )

    def admit(self, event: Event) -> None:
        """Make one event canonical, or raise RejectedEventError."""
        check_version(event.schema_version)
        event.timestamp = self._timely(timestamps.canonical_timestamp(event.timestamp))
        event.event_id = identifiers.canonical_id(event.event_id, "event_id")
        if event.correlation_id is not None:
            event.correlation_id = identifiers.canonical_id(event.correlation_id, "correlation_id")
        if event.parent_event_id is not None:
            event.parent_event_id = identifiers.canonical_id(event.parent_event_id, "parent_event_id")
        if _CONTROL.search("".join(_dimensions([event]))):
            raise RejectedEventError(
                "control_character", "A model, provider, environment or team has control characters"
            )
        _check_rules([event])

    def _timely(self, timestamp: str) -> str:
        if timestamp > self.latest:
            raise RejectedEventError(
                "timestamp_in_future", "The timestamp is more than 5 minutes ahead - at `$.timestamp`"
            )
        if timestamp < self.earliest:
            raise RejectedEventError("timestamp_too_old", "The timestamp is more than 7 days old - at `$.timestamp`")
        return timestamp


def check_version(version: str) -> None:
    """Any 1.x is read; of another major nothing is known."""
    if not _is_version(version):
        raise RejectedEventError("unsupported_schema_version", "Expected a version 1.x - at `$.schema_version`")


def _is_version(version: str) -> bool:
    return _VERSION.fullmatch(version) is not None


def _ids(events: Sequence[Event]) -> list[str]:
    ids = [event.event_id for event in events]
    ids += [event.correlation_id for event in events if event.correlation_id is not None]
    ids += [event.parent_event_id for event in events if event.parent_event_id is not None]
    return ids


def is_plain(body: bytes) -> bool:
    """Whether no string in it can hold a control character: JSON has them only behind a backslash, but for DEL and C1."""
    return body.isascii() and b"\\" not in body and b"\x7f" not in body


def _dimensions(events: Sequence[Event]) -> Iterator[str]:
    for event in events:
        data = event.payload.data
        yield event.environment
        yield event.tags.get("team", "")
        for name in ("model_id", "provider", "team"):
            yield getattr(data, name, None) or ""


def _keep_rules(events: Sequence[Event]) -> bool:
    try:
        _check_rules(events)
    except RejectedEventError:
        return False
    return True


def _check_rules(events: Sequence[Event]) -> None:
    for event in events:
        payload = event.payload
        rule = _RULES.get(type(payload.data))
        if rule is not None:
            rule(payload)


def _inference(payload: Any) -> None:
    data: Inference = payload.data
    data.computed_cost_usd = data.price_version = None
    if data.reported_cost_usd == 0 and (data.input_tokens or data.output_tokens):
        data.reported_cost_usd = None  # tokens cost: whoever reports nothing for them knows no price
    if (data.cached_input_tokens or 0) + (data.cache_write_tokens or 0) > data.input_tokens:
        raise RejectedEventError("inconsistent_tokens", "Cached tokens are part of `$.payload.data.input_tokens`")
    if (data.reasoning_tokens or 0) > data.output_tokens:
        raise RejectedEventError("inconsistent_tokens", "Reasoning tokens are part of `$.payload.data.output_tokens`")


def _model_performance(payload: Any) -> None:
    if sum(share.count for shares in payload.data.spreads.values() for share in shares) > MOST_SPREAD:
        raise RejectedEventError(
            "too_many_observations", f"Expected at most {MOST_SPREAD} - at `$.payload.data.spreads`"
        )


def _error_rate(payload: Any) -> None:
    if payload.data.failed_requests > payload.data.total_requests:
        raise RejectedEventError("inconsistent_requests", "Failed requests are part of `$.payload.data.total_requests`")


def _custom(payload: Any) -> None:
    payload.data = _compact(payload.data)


def _audit_trail(payload: Any) -> None:
    payload.data.changes = {name: _compact(change) for name, change in payload.data.changes.items()}


def _compact(raw: msgspec.Raw) -> msgspec.Raw:
    """The same JSON on one line, read once to its end: what passes here, every later reader can read."""
    if len(bytes(raw)) > MAX_JSON_BYTES:
        raise RejectedEventError(
            "event_too_large", f"Expected at most {MAX_JSON_BYTES} bytes of JSON - at `$.payload.data`"
        )
    try:
        value = msgspec.json.decode(raw)
    except UNREADABLE:
        raise RejectedEventError("invalid_json", "Not JSON - at `$.payload.data`") from None
    if _is_deeper(value, MAX_JSON_DEPTH):
        raise RejectedEventError("nested_too_deep", f"Nested more than {MAX_JSON_DEPTH} levels - at `$.payload.data`")
    return msgspec.Raw(msgspec.json.encode(value))


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(item, levels - 1) for item in inner)


_RULES: dict[type, Callable[[Any], None]] = {
    Inference: _inference,
    ModelPerformance: _model_performance,
    ErrorRate: _error_rate,
    AuditTrail: _audit_trail,
    msgspec.Raw: _custom,
}
