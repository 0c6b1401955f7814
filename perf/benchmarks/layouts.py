"""What a busy minute of one partition costs the table of open windows, in either layout: bytes moved, and dollars.

100,000 events/s over 64 partitions, a batch of 2 s each: 30 commits of 3,125 events. Prices are those of DynamoDB on demand
and of S3 in us-east-1, November 2026; state lives for 10 days, segments for 13.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from math import ceil

from msgspec import structs

from functions.aggregation.aggregate import Aggregator
from perf.benchmarks.ingest import EVENTS, bodies
from shared.events.decoding import decode_events
from shared.events.event import Event
from shared.events.timestamps import format_timestamp
from shared.measures.prices import Pricer
from shared.packs.arrived import ArrivedRecord
from shared.packs.pack import PackHeader, encode_pack
from shared.packs.quarantine import QuarantinedRecord
from shared.windows.segmented import SegmentedStateStore
from shared.windows.segments import BlobKey, SegmentHead
from shared.windows.state import ItemKey, Segment, last_or_next
from shared.windows.window import Window

PARTITIONS, COMMITS, EVENTS_OF_A_COMMIT = 64, 30, 3_125
MINUTES_OF_A_MONTH = 43_200
WRITE_KB, READ_4KB, STORED_GB = 0.625e-6, 0.125e-6, 0.25
S3_PUT, S3_GET, S3_STORED_GB = 5e-6, 0.4e-6, 0.023
ITEM_DAYS, SEGMENT_DAYS = 10, 13


@dataclass
class Bill:
    """What was asked of a store: KB written and 4 KB read as DynamoDB rounds them, and blobs, which S3 could hold."""

    written_kb: int = 0
    read_4kb: int = 0
    puts: int = 0
    gets: int = 0
    largest: int = 0

    def write(self, size: int, *, blob: bool = False) -> None:
        self.written_kb += ceil(size / 1_000)
        self.puts += blob
        self.largest = max(self.largest, size)

    def read(self, size: int, *, blob: bool = False) -> None:
        self.read_4kb += ceil(size / 4_000)
        self.gets += blob


class NoQuarantine:
    def put(self, record: QuarantinedRecord) -> None:
        raise RuntimeError(f"the hub cannot read the benchmark's record: {record.code}")


@dataclass
class GrownItems:
    """`StateStore` of the layout whose items grow until they freeze."""

    bill: Bill = field(default_factory=Bill)
    stored: list[Segment] = field(default_factory=list)

    def segments_of(self, keys: Sequence[ItemKey]) -> list[list[Segment]]:
        for segment in self.stored:
            self.bill.read(segment.size_bytes)
        return [list(self.stored) for _ in keys]

    def segments(self, minute: Window, partition: int) -> list[Segment]:
        return self.segments_of([(minute, partition)])[0]

    def minute(self, minute: Window) -> list[Segment]:
        return self.segments(minute, 0)

    def open_segment(self, key: ItemKey, segments: Sequence[Segment]) -> Segment:
        return last_or_next(key, segments)

    def put(self, segment: Segment) -> bool:
        self.bill.write(segment.size_bytes)
        self.stored[segment.number :] = [replace(segment, version=segment.version + 1)]
        return True

    def progress(self) -> dict[int, datetime]:
        return {}

    def advance_progress(self, partition: int, at: datetime) -> None:
        """Costs the same in either layout."""


@dataclass
class Blobs:
    """`SegmentItems` of one partition's minute."""

    bill: Bill = field(default_factory=Bill)
    head: SegmentHead | None = None
    stored: dict[BlobKey, bytes] = field(default_factory=dict)

    def heads(self, keys: Sequence[ItemKey]) -> dict[ItemKey, SegmentHead]:
        self.bill.read(self._head_bytes)
        return {key: self.head for key in keys if self.head}

    def heads_of(self, minute: Window) -> list[SegmentHead]:
        return list(self.heads([(minute, 0)]).values())

    def put_head(self, head: SegmentHead) -> bool:
        self.head = head
        self.bill.write(self._head_bytes)
        return True

    def put_blobs(self, blobs: Mapping[BlobKey, bytes]) -> None:
        for blob in blobs.values():
            self.bill.write(len(blob), blob=True)
        self.stored.update(blobs)

    def blobs(self, keys: Sequence[BlobKey]) -> dict[BlobKey, bytes]:
        for key in keys:
            self.bill.read(len(self.stored[key]), blob=True)
        return {key: self.stored[key] for key in keys}

    def progress(self) -> dict[int, datetime]:
        return {}

    def advance_progress(self, partition: int, at: datetime) -> None:
        """Costs the same in either layout."""

    @property
    def _head_bytes(self) -> int:
        return 100 + 30 * len(self.head.refs) if self.head else 0


def measure() -> dict[str, float]:
    """MB that one partition writes and reads in a minute, and what a month of 64 such partitions costs by layout."""
    minute = Window(datetime.now(UTC).replace(second=0, microsecond=0))
    items, blobs, numbers = GrownItems(), Blobs(), count()
    segmented = SegmentedStateStore(blobs, lambda: f"{next(numbers):016x}")
    for batch in batches(minute):
        for store in (items, segmented):
            Aggregator(store, NoQuarantine(), lambda: minute.end).aggregate(batch)
    stored = sum(map(len, blobs.stored.values())), sum(some.size_bytes for some in items.stored)
    for store in (items, segmented):
        store.minute(minute)
    return _figures(items.bill, blobs.bill, *stored)


def _figures(items: Bill, blobs: Bill, in_blobs: int, in_items: int) -> dict[str, float]:
    in_s3 = (blobs.puts * S3_PUT + blobs.gets * S3_GET) * PARTITIONS * MINUTES_OF_A_MONTH
    return {
        "items_written_mb": items.written_kb / 1_000,
        "segments_written_mb": blobs.written_kb / 1_000,
        "items_read_mb": items.read_4kb / 250,
        "segments_read_mb": blobs.read_4kb / 250,
        "largest_item_kb": items.largest / 1_000,
        "largest_segment_kb": blobs.largest / 1_000,
        "items_month_usd": _requests(items) + _kept(in_items, ITEM_DAYS, STORED_GB),
        "segments_month_usd": _requests(blobs) + _kept(in_blobs, SEGMENT_DAYS, STORED_GB),
        "segments_in_s3_month_usd": in_s3 + _kept(in_blobs, SEGMENT_DAYS, S3_STORED_GB),
    }


def _requests(bill: Bill) -> float:
    return (bill.written_kb * WRITE_KB + bill.read_4kb * READ_4KB) * PARTITIONS * MINUTES_OF_A_MONTH


def _kept(size: int, days: int, price: float) -> float:
    return size / 1e9 * PARTITIONS * 1_440 * days * price


def batches(minute: Window) -> list[list[ArrivedRecord]]:
    price = Pricer()
    events: list[Event] = []
    for body in bodies(COMMITS * EVENTS_OF_A_COMMIT // EVENTS + 1, EVENTS, 60):
        some = decode_events(body, ndjson=False, received_at=minute.end).events
        price(some)
        events += some
    return [
        [_record(events[at : at + EVENTS_OF_A_COMMIT], minute)]
        for at in range(0, COMMITS * EVENTS_OF_A_COMMIT, EVENTS_OF_A_COMMIT)
    ]


def _record(events: Sequence[Event], minute: Window) -> ArrivedRecord:
    moved = [structs.replace(event, timestamp=format_timestamp(minute.start)) for event in events]
    header = PackHeader("acme", 0, minute.end, timedelta(days=1), len(moved))
    return ArrivedRecord("0", "shard", "1", minute.end, encode_pack(header, moved))
