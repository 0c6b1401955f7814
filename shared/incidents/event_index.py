"""The event index: the events that people and rules look for, by id, by trace and by time; ordinary telemetry is sampled."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zlib import crc32

import msgspec

from shared.events.cost import BudgetAlert
from shared.events.event import Event, EventType, Severity
from shared.events.seen import SeenCustom, SeenEvent, SeenGovernance, SeenSecurity

LIFE = timedelta(days=30)
TRACES_SAMPLED_OF = 64
MOST_SAMPLES = 25
"""Of the traces of one batch and tenant."""
NOTABLE_SEVERITIES = frozenset({Severity.WARNING, Severity.ERROR, Severity.CRITICAL})
TELLING = frozenset({"error_rate", "budget_alert"})
TELLING_WHATEVER = frozenset({SeenSecurity, SeenGovernance, SeenCustom})
NOTABLE_TYPES = frozenset({EventType.SECURITY, EventType.GOVERNANCE, EventType.AUDIT, EventType.ALERT})


@dataclass(frozen=True, slots=True)
class IndexedEvent:
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


@dataclass(frozen=True, slots=True)
class EventPage:
    events: Sequence[IndexedEvent]
    next: str | None


class EventIndex(Protocol):
    def put(self, events: Sequence[IndexedEvent]) -> None:
        """Store them; the same event again changes nothing."""
        ...

    def get(self, tenant: str, event_id: str) -> IndexedEvent | None: ...

    def of_trace(self, tenant: str, correlation_id: str) -> Sequence[IndexedEvent]:
        """In order of time."""
        ...

    def between(  # noqa: PLR0913 (a page of a span)
        self,
        tenant: str,
        start: datetime,
        end: datetime,
        *,
        limit: int,
        after: str | None = None,
        newest_first: bool = True,
    ) -> EventPage:
        """Those in [start, end), in order of time; `after` is the `next` of the page before, in the same order."""
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
