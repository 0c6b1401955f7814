"""From the events of a request to the records that carry them: one pack for each partition, more if it grew too large."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.events.event import Event
from shared.events.timestamps import format_timestamp
from shared.packs.pack import PackHeader, encode_pack, inflated_bytes
from shared.packs.partitions import partitions_of
from shared.packs.stream import StreamRecord

MAX_MINUTES = 60
"""Distinct minutes in a pack: whatever a stage reads can be bisected down to a record that it can fold at once."""
MAX_PACK_EVENTS = 1_000
"""About 100 KB compressed at 130 bytes an event: a retry is cheap, and a record that cannot be read harms few."""
MAX_RECORD_BYTES = 100_000
MAX_LINES_BYTES = 2 * 1024 * 1024
"""Before compression, so that no pack inflates to what a reader refuses, however well its events compress."""
MINUTE = len("2026-11-22T10:05")


@dataclass(frozen=True, slots=True)
class Packing:
    """How a deployment packs."""

    partitions: int
    allowed_lateness: timedelta

    def pack(self, events: Sequence[Event], tenant: str, ingested_at: datetime) -> list[StreamRecord]:
        return [
            record
            for partition, members in _by_partition(events, self.partitions).items()
            for record in packs_of(PackHeader(tenant, partition, ingested_at, self.allowed_lateness, 0), members)
        ]

    def late(self, events: Sequence[Event], ingested_at: datetime) -> int:
        """How many of them will be archived and not folded."""
        cutoff = format_timestamp(ingested_at - self.allowed_lateness)
        return sum(event.timestamp < cutoff for event in events)


def packs_of(header: PackHeader, events: list[Event]) -> Iterator[StreamRecord]:
    """The records of one partition's events; of the header everything holds but the count."""
    for part in _bounded(events):
        yield from _records(header, part)


def _records(header: PackHeader, events: list[Event]) -> Iterator[StreamRecord]:
    """One record, or those of each half if it came out too large."""
    data = encode_pack(header, events)
    half = len(events) // 2
    if half and (len(data) > MAX_RECORD_BYTES or inflated_bytes(data) > MAX_LINES_BYTES):
        yield from _records(header, events[:half])
        yield from _records(header, events[half:])
    else:
        yield StreamRecord(header.partition, data)


def _by_partition(events: Sequence[Event], partitions: int) -> dict[int, list[Event]]:
    members: dict[int, list[Event]] = defaultdict(list)
    for partition, event in zip(partitions_of(events, partitions), events, strict=True):
        members[partition].append(event)
    return members


def _bounded(events: list[Event]) -> Iterator[list[Event]]:
    """The events in parts of few enough minutes and events."""
    if len(events) > MAX_MINUTES and len({event.timestamp[:MINUTE] for event in events}) > MAX_MINUTES:
        half = len(events) // 2
        ordered = sorted(events, key=lambda event: event.timestamp)
        yield from _bounded(ordered[:half])
        yield from _bounded(ordered[half:])
    else:
        yield from (events[start : start + MAX_PACK_EVENTS] for start in range(0, len(events), MAX_PACK_EVENTS))
