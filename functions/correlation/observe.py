"""The use case: what a batch shows is kept, as signals, calls and entries of the event index; nothing per ordinary event."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from functions.correlation.incoming import Incoming
from shared.errors import RejectedRecordError
from shared.events.event import Event
from shared.events.seen import SeenEvent
from shared.incidents.event_index import MOST_BODY_BYTES, EventIndex, IndexedEvent, may_matter, worth_indexing
from shared.incidents.from_anomalies import signal_of
from shared.incidents.from_events import signals_of
from shared.incidents.graph import Edge, edges_of
from shared.incidents.signal import Component, Signal, SignalKind
from shared.incidents.stores import LIFE_OF_SIGNALS, SLOT, News, Sighting, SightingStore
from shared.packs.pack import SeenPack, decode_seen

MOST_ALIKE = 5
"""Signals of one kind, step and component that one batch may bring: the sixth says no more."""
MOST_SIGNALS = 400
MOST_EDGES = 500
MOST_INDEXED = 5_000
"""Of one batch and tenant, so that a storm costs no more than a busy minute."""


@dataclass(frozen=True, slots=True)
class Observed:
    events: int
    signals: int
    indexed: int
    dropped: int
    """Signals, edges and index entries beyond the limits."""
    tenants: frozenset[str]


@dataclass(frozen=True, slots=True)
class Observer:
    """Raises nothing but TransientError, and then the batch may come again: the same is stored over itself."""

    sightings: SightingStore
    index: EventIndex
    clock: Callable[[], datetime]

    def observe(self, batch: Incoming) -> Observed:
        shown = _shown(batch.records)
        indexed = {
            tenant: [IndexedEvent.of(event, tenant) for event in worth_indexing(some.whole)]
            for tenant, some in shown.items()
        }
        told = {tenant: list(signals_of(some.whole, tenant)) for tenant, some in shown.items()}
        edges = {tenant: edges_of(some.events) for tenant, some in shown.items()}
        for signal in map(signal_of, batch.anomalies):
            told.setdefault(signal.tenant, []).append(signal)
        signals = {tenant: self._limited(some) for tenant, some in told.items()}
        kept = [entry for entries in indexed.values() for entry in _fitting(entries)]
        self.index.put(batch.name, kept)
        self.sightings.put(
            [
                sighting
                for tenant in told
                for sighting in self._sightings(batch.name, tenant, signals[tenant], edges.get(tenant, []))
            ]
        )
        newsworthy = frozenset(tenant for tenant, some in signals.items() if some)
        for tenant in newsworthy:
            self.sightings.announce(News(tenant, self.clock()))
        return Observed(
            events=sum(len(some.events) for some in shown.values()),
            signals=sum(map(len, signals.values())),
            indexed=len(kept),
            dropped=_beyond(told, signals) + sum(map(len, indexed.values())) - len(kept) + _over(edges),
            tenants=newsworthy,
        )

    def _limited(self, signals: Sequence[Signal]) -> list[Signal]:
        """The first few of each sort; none that is older than the life of signals."""
        oldest = self.clock() - LIFE_OF_SIGNALS
        alike: dict[tuple[SignalKind, str | None, tuple[Component, ...]], int] = {}
        kept = []
        for signal in (signal for signal in signals if signal.at > oldest):
            sort = (signal.kind, signal.step, signal.components[:1])
            alike[sort] = alike.get(sort, 0) + 1
            if alike[sort] <= MOST_ALIKE or signal.indicators:
                kept.append(signal)
        return kept[:MOST_SIGNALS]

    def _sightings(
        self, batch: str, tenant: str, signals: Sequence[Signal], edges: Sequence[Edge]
    ) -> Iterator[Sighting]:
        """Calls stand in the slot of now: they are weighed by age, and exact to ten minutes is enough."""
        slots: dict[datetime, list[Signal]] = {}
        for signal in signals:
            slots.setdefault(slot_of(signal.at), []).append(signal)
        now = slot_of(self.clock())
        busiest = tuple(sorted(edges, key=lambda edge: -edge.calls.calls)[:MOST_EDGES])
        if busiest:
            slots.setdefault(now, [])
        for slot, some in slots.items():
            yield Sighting(tenant, slot, batch, tuple(some), busiest if slot == now else ())


def slot_of(at: datetime) -> datetime:
    """The start of its ten minutes."""
    return at.replace(minute=at.minute - at.minute % (SLOT.seconds // 60), second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Shown:
    """Of one tenant in a batch: all events as far as calls are seen, and whole those that may matter by themselves."""

    events: list[SeenEvent] = field(default_factory=list)
    whole: list[Event] = field(default_factory=list)


def _shown(records: Iterable[bytes]) -> dict[str, Shown]:
    """By tenant. What cannot be read is kept by aggregation, in quarantine."""
    shown: dict[str, Shown] = {}
    for data in records:
        try:
            content = decode_seen(data)
            if isinstance(content, SeenPack):
                whole = content.whole(place for place, event in enumerate(content.events) if may_matter(event))
                of_tenant = shown.setdefault(content.header.tenant, Shown())
                of_tenant.events.extend(content.events)
                of_tenant.whole.extend(whole)
        except RejectedRecordError:
            continue
    return shown


def _beyond(told: dict[str, list[Signal]], kept: dict[str, list[Signal]]) -> int:
    return sum(map(len, told.values())) - sum(map(len, kept.values()))


def _over(edges: dict[str, list[Edge]]) -> int:
    return sum(max(len(some) - MOST_EDGES, 0) for some in edges.values())


def _fitting(entries: Iterable[IndexedEvent]) -> Iterable[IndexedEvent]:
    return islice((entry for entry in entries if len(entry.body) <= MOST_BODY_BYTES), MOST_INDEXED)
