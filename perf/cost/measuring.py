"""Measures what the price of a hub is made of: `python -m perf.cost.measuring` writes measured.toml anew (some minutes).

All of it is the hub's own code on perf's traffic: one tenant, its models and teams as they come. CPU is this machine's; a
function of 1,769 MB has one such core (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from math import ceil
from pathlib import Path
from statistics import mean
from typing import Any, Final

import numpy as np
from msgspec import structs
from rich.progress import track

from functions.aggregation.aggregate import Aggregator
from functions.archive.batch import Batch
from functions.archive.keep import Keeper
from functions.watch.tally import Tally
from functions.watch.watch import Watch
from perf.benchmarks import aggregate, correlate, ingest, layouts
from perf.benchmarks.rounds import Contestant, microseconds_per_event, silence
from perf.cost.hubs import SENDERS, SHAPES, Shape
from perf.cost.usage import CORRELATION_WINDOW
from shared.adapters.event_index import items_of as index_items
from shared.adapters.rollups import _item
from shared.anomalies.anomaly import Anomaly
from shared.events.decoding import decode_events
from shared.events.event import Event
from shared.events.timestamps import format_timestamp
from shared.incidents.event_index import IndexedEvent, worth_indexing
from shared.measures.observations import observe
from shared.measures.prices import Pricer
from shared.packs.arrived import ArrivedRecord
from shared.packs.pack import PackHeader, encode_pack
from shared.packs.packing import Packing
from shared.windows.folding import fold
from shared.windows.groups import bucket_of, group_keys
from shared.windows.rollups import Rollup
from shared.windows.segmented import SegmentedStateStore
from shared.windows.window import Resolution, Window

MEASURED: Final = Path(__file__).with_name("measured.toml")
MOST_OF_A_PACK: Final = 500
SAMPLE: Final = 60_000
"""Of the events of a minute or an hour no more than these are drawn: sketches are full long before."""


class _Sink:
    """Takes everything and keeps nothing."""

    def put(self, many: Sequence[Any]) -> None:
        self.last = len(many)


class _Quiet(Watch):
    """Looks for trouble as ever; telling of it is paid by the incident, not by the event."""

    def _told(self, anomaly: Anomaly) -> int:
        del anomaly
        return 0


def traffic(events: int) -> list[Event]:
    """Priced, all within the last minute."""
    price, found = Pricer(), []
    for body in ingest.bodies(ceil(events / ingest.EVENTS), ingest.EVENTS, 60):
        some = decode_events(body, ndjson=False, received_at=datetime.now(UTC)).events
        price(some)
        found += some
    return found[:events]


def cpu() -> dict[str, float]:
    """Microseconds an event."""
    packs, events = aggregate.a_lanes_batch()
    batch, data = Batch("measured", [pack.data for pack in packs]), [pack.data for pack in packs]
    keeper = Keeper(_Sink())  # type: ignore[arg-type] # what is asked of it
    watch: Any = _Quiet(None, None, None, None, Tally(2.0, 50), Resolution.MINUTE, lambda: datetime.now(UTC))  # type: ignore[arg-type]
    read = lambda _message: None  # noqa: E731
    readers = {
        "archive": Contestant(lambda _: keeper.keep(batch), [b""], read=read),
        "watch": Contestant(lambda _: watch.run(data), [b""], read=read),
    }
    return {
        "ingestion": ingest.measure()["hub_us"],
        "aggregation": aggregate.measure()["hub_us"],
        "correlation": correlate.measure()["hub_us"],
        **microseconds_per_event(readers, len(events)),
    }


def archived() -> float:
    """Bytes of an event in the archive's objects, each of a batch."""
    packs, events = aggregate.a_lanes_batch()
    kept = Keeper(_Sink()).keep(Batch("measured", [pack.data for pack in packs]))  # type: ignore[arg-type] # as above
    return kept.size_bytes / len(events)


def packs_of(shape: Shape, events: Sequence[Event]) -> dict[str, float]:
    """Of one POST: how many packs, and their bytes; Kinesis counts each record in whole KB."""
    packing = Packing(shape.deployment.partitions, timedelta(days=1))
    size = shape.events_per_post
    posts = [
        packing.pack(events[at : at + size], "acme", datetime.now(UTC))
        for at in range(0, min(len(events), 40 * size), size)
    ]
    packs = [len(pack.data) for pack in chain.from_iterable(posts)]
    return {
        "packs_a_post": len(packs) / len(posts),
        "pack_bytes": mean(packs),
        "billed_kb_a_post": sum(ceil(size / 1024) for size in packs) / len(posts),
    }


def state_of(shape: Shape, events: Sequence[Event]) -> dict[str, float]:
    """Of one minute of one partition, and of reading it once: DynamoDB's units, and the bytes that stay."""
    minute = Window(datetime.now(UTC).replace(second=0, microsecond=0))
    size = max(1, round(60 * shape.events_per_second / shape.deployment.partitions / shape.commits_per_minute))
    moved = [structs.replace(event, timestamp=format_timestamp(minute.start)) for event in events]
    items, blobs, numbers = layouts.GrownItems(), layouts.Blobs(), count()
    is_segmented = shape.deployment.state_layout == "segments"
    store: Any = SegmentedStateStore(blobs, lambda: f"{next(numbers):016x}") if is_segmented else items
    bill = blobs.bill if is_segmented else items.bill
    for nth in range(shape.commits_per_minute):
        commit = moved[nth * size : (nth + 1) * size]
        batch = [_record(commit[at : at + MOST_OF_A_PACK], minute) for at in range(0, size, MOST_OF_A_PACK)]
        Aggregator(store, layouts.NoQuarantine(), lambda: minute.end).aggregate(batch)
    committed = bill.read_4kb
    store.minute(minute)
    kept = map(len, blobs.stored.values()) if is_segmented else (some.size_bytes for some in items.stored)
    return {
        "written_kb": bill.written_kb,
        "read_4kb": committed,
        "read_4kb_a_rollup": bill.read_4kb - committed,
        "kept_bytes": sum(kept),
    }


def _record(events: Sequence[Event], minute: Window) -> ArrivedRecord:
    header = PackHeader("acme", 0, minute.end, timedelta(days=1), len(events))
    return ArrivedRecord("0", "shard", "1", minute.end, encode_pack(header, list(events)))


def window_of(events: Sequence[Event]) -> dict[str, float]:
    """Of one window: its groups, the KB of their rollups and of its parts."""
    window = Window(datetime.now(UTC).replace(second=0, microsecond=0))
    table = fold(observe(events, ["acme"] * len(events)), np.zeros(len(events), np.int64))[0].rekey(group_keys())
    items = [_bytes_of(_item(Rollup(key, window, rows.events(key), rows))) for key, rows in table.per_key()]
    parts = [len(part.encode()) + 200 for part in table.split(bucket_of).values()]
    return {
        "groups": len(items),
        "rollups_kb": sum(ceil(size / 1024) for size in items),
        "rollups_bytes": sum(items),
        "parts_kb": sum(ceil(size / 1024) for size in parts),
        "parts_bytes": sum(parts),
    }


def _bytes_of(item: Mapping[str, Any]) -> int:
    """As DynamoDB counts: names and values (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html)."""
    return sum(len(name) + len(next(iter(value.values()))) for name, value in item.items())


def index_of(shape: Shape, events: Sequence[Event]) -> dict[str, float]:
    """How many of the events the index keeps, and of all of them the KB written and the bytes kept for one event."""
    size = min(len(events), events_a_batch(shape))
    start = datetime.now(UTC).replace(second=0, microsecond=0)
    kept, written, stored = 0, 0, 0
    for at in range(0, min(len(events) - size, 40 * size) + 1, size):
        apart = timedelta(seconds=CORRELATION_WINDOW) / size
        batch = [
            structs.replace(event, timestamp=format_timestamp(start + nth * apart))
            for nth, event in enumerate(events[at : at + size])
        ]
        entries = [IndexedEvent.of(event, "acme") for event in worth_indexing(batch)]
        sizes = [_bytes_of(item) for item in index_items("shardId-000000000000-" + 2 * f"{at:056}", entries)]
        kept, written, stored = (
            kept + len(entries),
            written + sum(ceil(size / 1024) for size in sizes),
            stored + sum(sizes),
        )
    seen = at + size
    return {"share": kept / seen, "kb": written / seen, "bytes": stored / seen}


def events_a_batch(shape: Shape) -> int:
    """That correlation takes of a shard at once; a stream on demand has four shards at least."""
    return round(shape.events_per_second * CORRELATION_WINDOW / (shape.deployment.shards or 4))


def measure() -> dict[str, Any]:
    events = traffic(SAMPLE)
    hubs = {
        str(shape.events_per_second): {
            **packs_of(shape, events),
            **{f"state_{name}": value for name, value in state_of(shape, events).items()},
            **{f"minute_{name}": value for name, value in window_of(_of(shape, 1, events)).items()},
            **{f"hour_{name}": value for name, value in window_of(_of(shape, 60, events)).items()},
            **{f"index_{name}": value for name, value in index_of(shape, events).items()},
        }
        for shape in track(SHAPES, "hubs")
    }
    posts = {str(shape.events_per_post): packs_of(shape, events) for shape in SENDERS}
    return {"cpu_us": cpu(), "archive": {"bytes": archived()}, "hubs": hubs, "posts": posts}


def _of(shape: Shape, minutes: int, events: Sequence[Event]) -> Sequence[Event]:
    """A window of so many minutes, as far as there is a sample."""
    return events[: 60 * minutes * shape.events_per_second]


def main() -> None:
    with silence():
        found = measure()
    lines = ["# Written by `python -m perf.cost.measuring`; perf/cost/measuring.py says what each figure is."]
    tables = {name: found[name] for name in ("cpu_us", "archive")}
    tables |= {f"{of}.{name}": figures for of in ("hubs", "posts") for name, figures in found[of].items()}
    for name, figures in tables.items():
        lines += ["", f"[{name}]", *(f"{key} = {round(float(value), 4)}" for key, value in figures.items())]
    MEASURED.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
