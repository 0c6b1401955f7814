"""What truly happened, kept apart from the stages: every record the stream took, and the events that are in it."""

from collections import defaultdict
from collections.abc import Iterable, Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import msgspec

from shared.errors import RejectedRecordError
from shared.events.decoding import decode_events
from shared.events.event import Event
from shared.measures.prices import Pricer
from shared.packs.arrived import ArrivedRecord
from shared.packs.pack import PACK_CODEC, Pack, decode_record
from shared.windows.ids import event_ids
from shared.windows.window import Window
from tests.simulation.clients import Item

FOREIGN_CODEC = b"\x7f"
"""Stands for a pack in a codec that is not known yet."""
EventId = bytes


@dataclass(frozen=True, eq=False, slots=True)
class Arrival:
    """A record of the stream; `on_time` and `late` are its events if it can be read, `hidden` those that it can not."""

    record: ArrivedRecord
    is_readable: bool
    on_time: dict[EventId, Window]
    late: dict[EventId, Window]
    hidden: frozenset[EventId] = frozenset()


class Ledger:
    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.of_partition: dict[str, list[Arrival]] = defaultdict(list)
        self.events: dict[EventId, tuple[Event, str]] = {}

    def enter(self, record: ArrivedRecord) -> None:
        arrival = self._arrival(record)
        self.arrivals.append(arrival)
        self.of_partition[record.partition_key].append(arrival)

    def event(self, item: Item, tenant: str, received_at: datetime) -> EventId:
        """The identity of what a client sent; the event itself is decoded here once, apart from any pack."""
        key = identity(item["event_id"], tenant)
        if key not in self.events:
            decoded = decode_events(msgspec.json.encode([item]), ndjson=False, received_at=received_at)
            pricer()(decoded.events)
            self.events[key] = (decoded.events[0], tenant)
        return key

    def folded(self) -> dict[EventId, Window]:
        """Every event that came on time in some copy."""
        return {key: minute for arrival in self.arrivals for key, minute in arrival.on_time.items()}

    def late(self) -> dict[EventId, Window]:
        """Every event that came in a copy that can be read, but in none on time."""
        folded = self.folded()
        late = {key: minute for arrival in self.arrivals for key, minute in arrival.late.items()}
        return {key: minute for key, minute in late.items() if key not in folded}

    def quarantined(self) -> set[EventId]:
        """Every event of which no copy can be read."""
        readable = self.folded().keys() | self.late().keys()
        return {key for arrival in self.arrivals for key in arrival.hidden} - readable

    def on_time_in(self, minute: Window, arrived_by: datetime, but: AbstractSet[tuple[str, str]]) -> set[EventId]:
        """The events of a minute that were in their partition by then, not counting some records."""
        return {
            key
            for arrival in self.arrivals
            if arrival.record.arrived_at <= arrived_by and (arrival.record.shard, arrival.record.sequence) not in but
            for key, of in arrival.on_time.items()
            if of == minute
        }

    def _arrival(self, record: ArrivedRecord) -> Arrival:
        try:
            content = decode_record(record.data)
        except RejectedRecordError:
            return Arrival(record, is_readable=False, on_time={}, late={}, hidden=frozenset(self._hidden(record.data)))
        if not isinstance(content, Pack):
            return Arrival(record, is_readable=True, on_time={}, late={})
        cutoff = content.header.lateness_cutoff
        keys = self._learn(content)
        minutes = [Window.from_key(f"{event.timestamp[:16]}Z") for event in content.events]
        of = list(zip(keys, content.events, minutes, strict=True))
        on_time = {key: minute for key, event, minute in of if event.timestamp >= cutoff}
        late = {key: minute for key, event, minute in of if event.timestamp < cutoff}
        return Arrival(record, is_readable=True, on_time=on_time, late=late)

    def _hidden(self, data: bytes) -> Iterable[EventId]:
        if data[:1] != FOREIGN_CODEC:
            return ()
        content = decode_record(PACK_CODEC + data[1:])
        assert isinstance(content, Pack)
        return self._learn(content)

    def _learn(self, pack: Pack) -> list[EventId]:
        keys = [identity(event.event_id, pack.header.tenant) for event in pack.events]
        for key, event in zip(keys, pack.events, strict=True):
            self.events.setdefault(key, (event, pack.header.tenant))
        return keys


@cache
def pricer() -> Pricer:
    """To read the prices takes longer than a third of a seed."""
    return Pricer()


def identity(event_id: str, tenant: str) -> EventId:
    return event_ids([event_id], [tenant], [1]).tobytes()
