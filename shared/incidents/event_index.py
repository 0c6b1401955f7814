"""The event index: the events that people and rules look for, by id, by trace and by time; ordinary telemetry is sampled."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zlib import crc32

import msgspec

from shared.events.cost import BudgetAlert
from shared.events.event import Event, EventType, Severity
from shared.events.seen import SeenCustom, SeenEvent, SeenGovernance, SeenSecurity

LIFE = timedelta(days=30)
TRACES_SAMPLED_OF = 64
MOST_BODY_BYTES = 250_000
"""A body that is larger is not indexed: no item of a store would hold it."""
MOST_SAMPLES = 25
"""Of the traces of one batch and tenant."""
NOTABLE_SEVERITIES = frozenset({Severity.WARNING, Severity.ERROR, Severity.CRITICAL})
TELLING = frozenset({"error_rate", "budget_alert"})
TELLING_WHATEVER = frozenset({SeenSecurity, SeenGovernance, SeenCustom})
NOTABLE_TYPES = frozenset({EventType.SECURITY, EventType.GOVERNANCE, EventType.AUDIT, EventType.ALERT})


class IndexedEvent(msgspec.Struct, frozen=True, array_like=True):
    """One event as it is found again: `body` is its JSON, without any prompt."""

    tenant: str
    event_id: str
    at: datetime
    event_type: str
    source_module: str
    severity: str
    correlation_id: str | None
    parent_event_id: str | None
    body: bytes

    @classmethod
    def of(cls, event: Event, tenant: str) -> "IndexedEvent":
        return cls(
            tenant=tenant,
            event_id=event.event_id,
            at=datetime.fromisoformat(event.timestamp),
            event_type=event.event_type.value,
            source_module=event.source_module.value,
            severity=event.severity.value,
            correlation_id=event.correlation_id,
            parent_event_id=event.parent_event_id,
            body=msgspec.json.encode(event),
        )


def place_of(event: IndexedEvent) -> str:
    """Where it stands in the order of a tenant's events: by time, then by id."""
    return f"{event.at.isoformat(timespec='microseconds')}#{event.event_id}"


class EventIndex(Protocol):
    """Whatever is asked of a span [start, end) costs by its days: ask for no longer than is of use."""

    def put(self, batch: str, events: Sequence[IndexedEvent]) -> None:
        """Store what a batch showed; the same batch again changes nothing, and neither do its events in another."""
        ...

    def replace(self, events: Sequence[IndexedEvent]) -> None:
        """Store these wherever an event of the same tenant, id and time is stored; nothing where none is."""
        ...

    def get(self, tenant: str, event_id: str, start: datetime, end: datetime) -> IndexedEvent | None: ...

    def of_trace(self, tenant: str, correlation_id: str, start: datetime, end: datetime) -> Sequence[IndexedEvent]:
        """In order of time."""
        ...

    def between(
        self, tenant: str, start: datetime, end: datetime, *, after: str | None = None, newest_first: bool = True
    ) -> Iterator[IndexedEvent]:
        """Those in [start, end), each once and in order, read as they are taken; `after` is a place in the same order."""
        ...


def worth_indexing(events: Iterable[Event]) -> Iterator[Event]:
    """Warnings and worse, security, governance, budgets, audit; and the first event of one trace in 64."""
    sampled: dict[str, Event] = {}
    for event in events:
        if is_notable(event):
            yield event
        elif event.correlation_id and len(sampled) < MOST_SAMPLES and _is_sampled(event.correlation_id):
            sampled.setdefault(event.correlation_id, event)
    yield from sampled.values()


def may_matter(event: SeenEvent) -> bool:
    """Whether the whole event is worth reading: not if it is ordinary by what it tells, and its trace is not sampled."""
    data = event.payload.data
    return (
        data.error_type is not None
        or data.telemetry_type in TELLING
        or data.cost_type in TELLING
        or event.severity in NOTABLE_SEVERITIES
        or event.event_type in NOTABLE_TYPES
        or type(event.payload) in TELLING_WHATEVER
        or (event.correlation_id is not None and _is_sampled(event.correlation_id))
    )


def _is_sampled(correlation_id: str) -> bool:
    return crc32(correlation_id.encode()) % TRACES_SAMPLED_OF == 0


def is_notable(event: Event) -> bool:
    return (
        event.severity in NOTABLE_SEVERITIES
        or event.event_type in NOTABLE_TYPES
        or isinstance(getattr(event.payload, "data", None), BudgetAlert)
    )
