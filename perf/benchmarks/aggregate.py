"""CPU of folding a batch of 10,000 events, into minutes whose state is still empty.

The batch is one lane's: the event source mapping gives each of a shard's four lanes whole partitions, here two of sixteen.
"""

import base64
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import simdjson

from perf.benchmarks import naive
from perf.benchmarks.deployed import ENVIRONMENT, Context, handler
from perf.benchmarks.ingest import EVENTS, bodies
from perf.benchmarks.rounds import Contestant, microseconds_per_event
from shared.events.decoding import decode_events
from shared.events.event import Event
from shared.measures.prices import Pricer
from shared.packs.pack import Pack, decode_record
from shared.packs.packing import Packing
from shared.packs.stream import StreamRecord

BATCH = 10_000
LANE = frozenset({0, 1})
SECONDS = 10


def measure() -> dict[str, float]:
    """The hub reads packs, the naive design a record for each of the very same events, the scan their bare JSON."""
    packs, events = a_lanes_batch()
    lines = [msgspec.json.encode(event) for event in events]
    hub, context = handler("aggregation"), Context()
    _, table = naive.clients()
    contestants = {
        "hub_us": Contestant(lambda given: hub(given, context), [invocation(packs)]),
        "naive_us": Contestant(lambda given: naive.aggregate(given, table), [invocation(_one_by_one(lines))]),
        "scan_us": Contestant(simdjson.Parser().parse, [b"[" + b",".join(lines) + b"]"], read=bytearray),
    }
    return microseconds_per_event(contestants, len(events))


def a_lanes_batch() -> tuple[list[StreamRecord], list[Event]]:
    """What POSTs of 500 events put into the lane's partitions: about 10,000 of 80,000 events."""
    partitions = int(ENVIRONMENT["PARTITIONS"])
    packing, price = Packing(partitions, timedelta(days=1)), Pricer()
    records: list[StreamRecord] = []
    for body in bodies(BATCH * partitions // len(LANE) // EVENTS, EVENTS, SECONDS):
        events = decode_events(body, ndjson=False, received_at=datetime.now(UTC)).events
        price(events)
        packed = packing.pack(events, "acme", datetime.now(UTC))
        records += [record for record in packed if record.partition in LANE]
    return records, [event for record in records for event in _events(record)]


def _events(record: StreamRecord) -> list[Event]:
    pack = decode_record(record.data)
    return pack.events if isinstance(pack, Pack) else []


def _one_by_one(lines: list[bytes]) -> list[StreamRecord]:
    return [StreamRecord(0, line) for line in lines]


def invocation(records: list[StreamRecord]) -> bytes:
    return msgspec.json.encode({"Records": [_record(record, number) for number, record in enumerate(records)]})


def _record(record: StreamRecord, place: int) -> dict[str, Any]:
    """As the event source mapping hands a record over."""
    number = f"{place:056d}"
    return {
        "eventID": f"shardId-000000000000:{number}",
        "eventSource": "aws:kinesis",
        "kinesis": {
            "partitionKey": str(record.partition),
            "sequenceNumber": number,
            "data": base64.b64encode(record.data).decode(),
            "approximateArrivalTimestamp": time.time(),
        },
    }
