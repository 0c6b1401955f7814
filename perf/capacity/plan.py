"""What a load asks of every part of the hub, as a share of what the part bears: over 1, it breaks."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

from perf.capacity.figures import Measured, limits

READERS = 4  # aggregation, archive, correlation and watch share what a shard gives out
LANES = 4  # batches of a shard that aggregation folds at once
BATCH_RECORDS = 1_000
GATHERING_SECONDS = 2.0
CLOSING_SECONDS = 32.0  # closing delay and guard
SPARE = 1.5  # shards bear so much more than the load: for bursts, and to catch up after an outage
CALL_SECONDS = 0.01  # of a call to DynamoDB or Kinesis: assumed
CALLS_OF_A_COMMIT = 4  # ids, state, head, progress
THREADS = 16
WINDOWS_A_MINUTE = 1 + 1 / 5 + 1 / 15 + 1 / 60


@dataclass(frozen=True, slots=True)
class Load:
    """`series` is of a window, over all tenants and groupings."""

    events_per_second: float
    events_per_post: int = 500
    series: int = 5_000
    partitions: int = 16
    layout: Literal["items", "segments"] = "items"

    @classmethod
    def of(cls, events_per_second: float, **more: int) -> "Load":
        """Deployed as docs/decisions.md says: above 100 events/s in segments, above 20,000 in 64 partitions."""
        partitions = 64 if events_per_second > 20_000 else 16
        return cls(
            events_per_second, partitions=partitions, layout="segments" if events_per_second > 100 else "items", **more
        )

    @property
    def posts(self) -> float:
        return self.events_per_second / self.events_per_post

    @property
    def records_of_a_post(self) -> float:
        """A record for each partition that any of its events falls into."""
        return self.partitions * (1 - (1 - 1 / self.partitions) ** self.events_per_post)

    @property
    def events_in_record(self) -> float:
        return self.events_per_post / self.records_of_a_post

    @property
    def records(self) -> float:
        return self.posts * self.records_of_a_post


@dataclass(frozen=True, slots=True)
class Part:
    """What is asked of it, and what it bears."""

    name: str
    asked: float
    bears: float
    unit: str

    @property
    def share(self) -> float:
        return self.asked / self.bears


@dataclass(frozen=True, slots=True)
class Plan:
    load: Load
    measured: Measured

    @property
    def bytes_in(self) -> float:
        """A second, into the stream."""
        return self.load.records * self.measured.bytes_of_pack(self.load.events_in_record)

    @property
    def bytes_of_event(self) -> float:
        """In the stream."""
        return self.bytes_in / self.load.events_per_second

    @property
    def partition_events_per_second(self) -> float:
        """What one partition bears on a shard of its own: so much at most may share a correlation id."""
        return limits()["shard_bytes_out"] / READERS / self.bytes_of_event

    @property
    def shards_filled(self) -> float:
        """To the brim."""
        bound = limits()
        return max(
            self.load.records / bound["shard_records"],
            self.bytes_in / bound["shard_bytes_in"],
            self.bytes_in * READERS / bound["shard_bytes_out"],
        )

    @property
    def shards(self) -> int:
        """As many as divide the partitions evenly: a partition is one point of the stream's keys, which no split parts."""
        even = [count for count in range(1, self.load.partitions + 1) if self.load.partitions % count == 0]
        return min((count for count in even if count >= SPARE * self.shards_filled), default=self.load.partitions)

    @property
    def lanes(self) -> int:
        """That have anything to fold: a partition is in one lane."""
        return min(self.shards * LANES, self.load.partitions)

    @property
    def lane_events_per_second(self) -> float:
        """What one lane folds when a full batch waits for it."""
        events = self.batch_events
        return events / self.fold_seconds(events)

    @property
    def batch_events(self) -> float:
        """Of a full batch: as many records as are asked for, or as fit into an invocation."""
        weight = self.measured.bytes_of_pack(self.load.events_in_record) * 4 / 3 + 300
        return min(BATCH_RECORDS, limits()["batch_bytes"] / weight) * self.load.events_in_record

    def fold_seconds(self, events: float) -> float:
        return CALLS_OF_A_COMMIT * CALL_SECONDS + events * self.measured.fold_us / 1e6

    @property
    def concurrency(self) -> float:
        """Requests under way, and every lane and reader of the stream."""
        ingest = self.load.posts * (self.load.events_per_post * self.measured.ingest_us / 1e6 + CALL_SECONDS)
        return ingest + self.lanes + self.shards * (READERS - 1) + 2

    @property
    def rollup_seconds(self) -> float:
        """Of each minute: state read and merged, rows put; nobody shares this work."""
        merging = self.load.events_per_second * 60 * self.measured.merge_us / 1e6
        rows = self.load.series * WINDOWS_A_MINUTE
        return merging + rows * max(self.measured.row_us / 1e6, CALL_SECONDS / THREADS)

    @property
    def minute_bytes(self) -> float:
        """Of state that rollup holds at once."""
        return self.measured.state_bytes * self.load.events_per_second * 60 / self.measured.minute_events

    @property
    def state_write_units(self) -> float:
        """A second, over all partitions. An item is written whole by each commit: half of what it grows to, on average."""
        commits = 60 / GATHERING_SECONDS
        if self.load.layout == "segments":
            return self._scaled(self.measured.segment_write_units, 3 * commits) * self.load.partitions / 60
        grown = self.measured.state_bytes / 1_000 * self._of_measured
        item = min(grown / 2, self.measured.item_write_units / commits)
        return max(item, 1) * commits * self.load.partitions / 60

    @property
    def state_read_units(self) -> float:
        of_minute = self.measured.item_read_units if self.load.layout == "items" else self.measured.segment_read_units
        return self._scaled(of_minute, 60 / GATHERING_SECONDS) * self.load.partitions / 60

    @property
    def row_write_units(self) -> float:
        return self.load.series * WINDOWS_A_MINUTE * ceil(self.measured.row_bytes / 1_000) / 60

    @property
    def fresh_after_seconds(self) -> float:
        """From a window's end to its head: gathering, folding, closing, rolling up."""
        folding = self.fold_seconds(GATHERING_SECONDS * self.load.events_per_second / self.lanes)
        return GATHERING_SECONDS + folding + CLOSING_SECONDS + self.rollup_seconds

    def parts(self) -> list[Part]:
        """The hardest pressed first: that is what breaks first when the load grows."""
        return sorted(self._parts(), key=lambda part: -part.share)

    def _parts(self) -> Iterator[Part]:
        bound, load = limits(), self.load
        yield Part("shards a stream can use", self.shards_filled, load.partitions, "shards")
        yield Part("shards of the account", self.shards, bound["shards"], "shards")
        yield Part("gateway", load.posts, bound["gateway_requests"], "requests/s")
        yield Part("functions at once", self.concurrency, bound["concurrency"], "functions")
        yield Part("folding", load.events_per_second, self.lanes * self.lane_events_per_second, "events/s")
        yield Part("rollup, in one invocation", self.rollup_seconds, 60, "s a minute")
        yield Part("rollup's memory", self.minute_bytes, 1_769e6, "bytes")
        yield Part("state table, writes", self.state_write_units, bound["table_units"], "units/s")
        yield Part("state table, reads", self.state_read_units, bound["table_units"], "units/s")
        yield Part(
            "state under one key, writes", self._of_one_key(self.state_write_units), bound["key_write_units"], "units/s"
        )
        yield Part(
            "state under one key, reads", self._of_one_key(self.state_read_units), bound["key_read_units"], "units/s"
        )
        yield Part("rows of a grouping under one key", self.row_write_units, bound["key_write_units"], "units/s")

    def _of_one_key(self, units: float) -> float:
        """Items of a minute share a key; a partition's segments of a minute have one of their own."""
        return units if self.load.layout == "items" else units / self.load.partitions

    @property
    def _of_measured(self) -> float:
        return self.load.events_per_second * 60 / self.load.partitions / self.measured.minute_events

    def _scaled(self, measured: float, least: float) -> float:
        """Of a partition's minute: in a straight line from what nothing costs to what was measured."""
        return least + (measured - least) * self._of_measured


def breaking(load: Load, measured: Measured) -> tuple[float, Part]:
    """The events/s at which the first part breaks, all else as it is, and that part."""
    low, high = 1.0, 1e8
    while high / low > 1.001:
        middle = (low * high) ** 0.5
        if Plan(replace(load, events_per_second=middle), measured).parts()[0].share <= 1:
            low = middle
        else:
            high = middle
    return low, Plan(replace(load, events_per_second=high), measured).parts()[0]
