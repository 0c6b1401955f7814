"""From the bytes of a request to events: all at once if all are good, and else item by item, so that none harms another."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from shared.errors import RejectedEventError, RejectedRequestError
from shared.events.admission import Admission, check_version, is_plain
from shared.events.event import SCHEMA_VERSION, Event
from shared.events.framing import MAX_EVENTS, UNREADABLE, split_items, too_many
from shared.events.identifiers import id_of_content

MAX_EVENT_BYTES = 512 * 1024
ADMITTED_AT_ONCE = 16

_EVENT = msgspec.json.Decoder(Event)
_EVENTS = msgspec.json.Decoder(list[Event])
_VALUE = re.compile(r"\A(Invalid (?:enum )?value) .*( - at `[^`]*`)\Z", re.DOTALL)


class _Versioned(msgspec.Struct):
    schema_version: Any = SCHEMA_VERSION


_VERSION = msgspec.json.Decoder(_Versioned)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why the item at `index` was refused. The message names the field and what was expected, never what was sent."""

    index: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class DecodedEvents:
    """What a request held: every item is an event or a rejection.

    Where an item may be several events, `item_of_event` tells each one's; else see `items`.
    """

    events: list[Event]
    rejections: list[Rejection]
    item_of_event: Sequence[int] | None = None

    def items(self) -> Sequence[int]:
        """The index of the item that each event came from.

        >>> DecodedEvents([..., ...], [Rejection(1, "invalid_event", "")]).items()
        [0, 2]
        """
        if self.item_of_event is not None:
            return self.item_of_event
        refused = {rejection.index for rejection in self.rejections}
        return [index for index in range(len(self.events) + len(refused)) if index not in refused]


def decode_events(body: bytes, *, ndjson: bool, received_at: datetime) -> DecodedEvents:
    """The events of a request; raises RejectedRequestError when it has no items."""
    admission = Admission.at(received_at)
    events = _decode_at_once(body, ndjson=ndjson)
    if events and admission.admit_all(events, plain=is_plain(body)):
        return DecodedEvents(events, [])
    if events and all(event.event_id for event in events):
        return _admit_each(events, admission)
    items = split_items(body, ndjson=ndjson)
    if items in ([], [b""]):
        raise RejectedRequestError(400, "empty_body", "The body holds no event")
    return _admit_each(list(map(_decode_one, items)), admission)


def admit_each(candidates: Sequence[Event | RejectedEventError], received_at: datetime) -> DecodedEvents:
    """What a request in another format held, item by item: what became an event is judged as any other event is."""
    return _admit_each(candidates, Admission.at(received_at))


def event_of(fields: Mapping[str, Any]) -> Event | RejectedEventError:
    """An event from what another format said of it, in the fields and bounds of the hub's own.

    >>> event_of({"timestamp": "2026-11-22T10:05:12Z"}).message
    'Object missing required field `source_module`'
    """
    try:
        return _EVENT.decode(msgspec.json.encode(fields))
    except msgspec.ValidationError as error:
        return _invalid(error)


def _decode_at_once(body: bytes, *, ndjson: bool) -> list[Event] | None:
    """None when some item cannot be read, or is too large."""
    if len(body) > MAX_EVENT_BYTES and max(map(len, split_items(body, ndjson=ndjson)), default=0) > MAX_EVENT_BYTES:
        return None
    try:
        events = _decode_whole(body, ndjson=ndjson)
    except UNREADABLE:
        return None
    if len(events) > MAX_EVENTS:
        raise too_many()
    return events


def _decode_whole(body: bytes, *, ndjson: bool) -> list[Event]:
    if ndjson:
        return _EVENT.decode_lines(body)
    return _EVENTS.decode(body) if body.lstrip()[:1] == b"[" else [_EVENT.decode(body)]


def _admit_each(candidates: Sequence[Event | RejectedEventError], admission: Admission) -> DecodedEvents:
    """A few at a time, as most of them keep all rules even where one does not."""
    decoded = DecodedEvents([], [])
    for start in range(0, len(candidates), ADMITTED_AT_ONCE):
        some = candidates[start : start + ADMITTED_AT_ONCE]
        events = [candidate for candidate in some if isinstance(candidate, Event)]
        if len(events) == len(some) and admission.admit_all(events):
            decoded.events.extend(events)
        else:
            _admit_one_by_one(some, start, admission, decoded)
    return decoded


def _admit_one_by_one(
    candidates: Sequence[Event | RejectedEventError], start: int, admission: Admission, decoded: DecodedEvents
) -> None:
    for index, candidate in enumerate(candidates, start):
        try:
            decoded.events.append(_admitted(candidate, admission))
        except RejectedEventError as error:
            decoded.rejections.append(Rejection(index, error.code, error.message))


def _admitted(candidate: Event | RejectedEventError, admission: Admission) -> Event:
    if isinstance(candidate, RejectedEventError):
        raise candidate
    admission.admit(candidate)
    return candidate


def _decode_one(item: bytes) -> Event | RejectedEventError:
    if len(item) > MAX_EVENT_BYTES:
        return RejectedEventError("event_too_large", f"Expected at most {MAX_EVENT_BYTES} bytes")
    try:
        event = _EVENT.decode(item)
    except UNREADABLE as error:
        return _rejection(item, error)
    event.event_id = event.event_id or id_of_content(item)
    return event


def _rejection(item: bytes, error: Exception) -> RejectedEventError:
    """Of an unknown major version it is said so, since that is why the rest does not fit."""
    if isinstance(error, RecursionError):
        return RejectedEventError("nested_too_deep", "The item is nested too deep")
    if not isinstance(error, msgspec.ValidationError):
        return RejectedEventError("invalid_json", "The item is not JSON")
    try:
        check_version(_VERSION.decode(item).schema_version)
    except RejectedEventError as unsupported:
        return unsupported
    except (*UNREADABLE, TypeError):
        pass
    return _invalid(error)


def _invalid(error: msgspec.ValidationError) -> RejectedEventError:
    return RejectedEventError("invalid_event", _VALUE.sub(r"\1\2", str(error)))
