"""What the plan is made of, measured here: `python -m perf.capacity --measure` writes perf/capacity/measured.toml again.

CPU times are this process's own, so a busy machine makes them worse, not wrong; one vCPU of arm64 is taken to be as fast.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from functions.aggregation.aggregate import Aggregator
from functions.rollup.publish import Publisher
from infra.deployment import DEFAULT_GROUPINGS
from perf.benchmarks import aggregate, ingest, layouts
from shared.adapters.rollups import DynamoRollupStore
from shared.events.decoding import decode_events
from shared.events.event import Event
from shared.measures.prices import Pricer
from shared.packs.pack import PackHeader, encode_pack
from shared.windows.closed import Head, PartRef
from shared.windows.rollups import Rollup
from shared.windows.segmented import SegmentedStateStore
from shared.windows.table import SummaryTable
from shared.windows.window import Window

EVENTS_IN_PACK = (1, 4, 8, 16, 32, 64, 125, 250, 500)
SERIES_LIMIT = 5_000
TIMED_ROWS = 200
ROUNDS = 5  # of which the least disturbed counts
GROUPINGS = DEFAULT_GROUPINGS


class Collected:
    """Takes rows as a store of rollups does, and parts and heads as a store of closed windows."""

    def __init__(self) -> None:
        self.rows: list[Rollup] = []
        self.part_bytes = 0

    def put(self, rollups: Sequence[Rollup]) -> None:
        self.rows += rollups

    def head(self, _window: Window) -> None:
        return None

    def put_parts(self, _window: Window, tables: dict[int, SummaryTable]) -> tuple[PartRef, ...]:
        self.part_bytes += sum(len(table.encode()) for table in tables.values())
        return ()

    def put_head(self, _head: Head) -> bool:
        return True


def measure() -> dict[str, float | list[list[float]]]:
    """Microseconds, bytes and seconds, each under the name by which the plan asks for it."""
    return {
        "ingest_us": ingest.measure()["hub_us"],
        "fold_us": aggregate.measure()["hub_us"],
        "pack_bytes": _pack_bytes(),
        **_minute_of_a_partition(),
    }


def _pack_bytes() -> list[list[float]]:
    """Of records by the number of their events: the fewer events share a record, the more each of them weighs."""
    events = _events(max(EVENTS_IN_PACK) * 4)
    return [[size, round(_mean_bytes(events, size))] for size in EVENTS_IN_PACK]


def _mean_bytes(events: Sequence[Event], size: int) -> float:
    packs = [list(events[at : at + size]) for at in range(0, min(len(events), size * 40) - size + 1, size)]
    return sum(len(encode_pack(_header(len(pack)), pack)) for pack in packs) / len(packs)


def _minute_of_a_partition() -> dict[str, float]:
    """30 commits of 3,125 events, as at 100,000 events/s over 64 partitions, and what rollup then has of them."""
    minute = Window(datetime.now(UTC).replace(second=0, microsecond=0))
    items, blobs, numbers = layouts.GrownItems(), layouts.Blobs(), count()
    segmented = SegmentedStateStore(blobs, lambda: f"{next(numbers):016x}")
    for batch in layouts.batches(minute):
        for store in (items, segmented):
            Aggregator(store, layouts.NoQuarantine(), lambda: minute.end).aggregate(batch)
    events = layouts.COMMITS * layouts.EVENTS_OF_A_COMMIT
    written = {
        "item_write_units": items.bill.written_kb,
        "segment_write_units": blobs.bill.written_kb,
        "item_read_units": items.bill.read_4kb,
        "segment_read_units": blobs.bill.read_4kb,
        "largest_item_bytes": items.bill.largest,
        "largest_segment_bytes": blobs.bill.largest,
        "state_bytes": sum(map(len, blobs.stored.values())),
    }
    merged = _merged(segmented, minute)
    merging = min(_cpu_seconds(lambda: _merged(segmented, minute)) for _ in range(ROUNDS))
    return {
        "minute_events": events,
        **written,
        "merge_us": merging / events * 1e6,
        **_publishing(minute, segmented, merged),
    }


def _merged(state: SegmentedStateStore, minute: Window) -> SummaryTable:
    return SummaryTable.merge([segment.table for segment in state.minute(minute)])


def _cpu_seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _publishing(minute: Window, state: SegmentedStateStore, merged: SummaryTable) -> dict[str, float]:
    collected: Any = Collected()
    Publisher(state, collected, collected, GROUPINGS, SERIES_LIMIT, lambda: minute.end).publish(minute)
    sent: list[int] = []
    store = DynamoRollupStore(_answered(sent), "rollups")
    some = (collected.rows * TIMED_ROWS)[:TIMED_ROWS]
    return {
        "row_us": min(_cpu_seconds(lambda: store.put(some)) for _ in range(ROUNDS)) / len(some) * 1e6,
        "row_bytes": sum(sent) / len(sent) * 3 / 4,  # base64 in a request, bytes in the table
        "part_bytes_per_row": collected.part_bytes / len(collected.rows),
        "rows_of_the_sample": len(collected.rows),
        "cells_of_the_sample": len(merged.keys),
    }


def _answered(sent: list[int]) -> Any:
    client: Any = boto3.client(
        "dynamodb",
        region_name="us-east-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",  # noqa: S106 (nothing is sent)
    )

    def answer(request: Any, **_: object) -> AWSResponse:
        sent.append(len(request.body))
        return AWSResponse(request.url, 200, HTTPHeaders(), _Raw())

    client.meta.events.register("before-send.dynamodb", answer)
    return client


class _Raw:
    def stream(self) -> list[bytes]:
        return [b"{}"]


def _events(count: int) -> list[Event]:
    price = Pricer()
    [body] = ingest.bodies(1, count, 60)
    events = decode_events(body, ndjson=False, received_at=datetime.now(UTC)).events
    price(events)
    return list(events)


def _header(events: int) -> PackHeader:
    return PackHeader("acme", 0, datetime.now(UTC), timedelta(days=1), events)
