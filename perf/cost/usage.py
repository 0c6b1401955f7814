"""What a hub of some size uses in a month of 730 hours, by the resource that it uses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from perf.cost.hubs import Shape

HOURS: Final = 730
SECONDS: Final = HOURS * 3600
MINUTES: Final = HOURS * 60
DAYS_STATE_LIVES: Final[Mapping[str, int]] = {"items": 10, "segments": 13}
WINDOWS_A_MINUTE: Final = 1 + 1 / 5 + 1 / 15 + 1 / 60
PUTS_OF_A_ROLLUP: Final = 2.3
"""Rollup publishes what was touched since: more than half of the rows it puts are there already, and cost a write each."""
ROLLUPS_A_MINUTE: Final = 3
"""Calls of rollup that read a minute's state: one for the tick, and for late writes."""
WAIT_MS: Final[Mapping[str, float]] = {
    "ingestion": 25,
    "aggregation": 40,
    "rollup": 400,
    "archive": 100,
    "watch": 10,
    "correlation": 60,
    "anomaly": 150,
    "live": 50,
}
"""Of a call, spent on waiting for stores: some round trips of 5-10 ms each, after one another. Assumed, not measured."""
CPU_MS_A_CALL: Final = 2.0
LOG_BYTES_A_CALL: Final[Mapping[str, int]] = {
    "ingestion": 900,
    "aggregation": 1_110,
    "rollup": 1_100,
    "archive": 800,
    "watch": 320,
    "correlation": 1_300,
    "anomaly": 1_060,
    "live": 710,
    "heartbeat": 700,
}
"""A line of the stage and one of metrics, as the handlers print them, and 110 bytes for longer names and ids than those of
tests; watch says nothing of a batch without alerts. Lambda's own lines say what went wrong, and nothing else.
"""
FULL_CORE_MB: Final = 1_769
CORRELATION_WINDOW: Final = 15
ARCHIVE_WINDOW: Final = 300
AUTHORIZED_SECONDS: Final = 300
MOST_BYTES_A_CALL: Final = 6_000_000
"""Of a batch, in base64: however long it may wait for more."""
BYTES_AROUND_A_RECORD: Final = 300


@dataclass(frozen=True, slots=True)
class Usage:
    """Of the stages: calls and milliseconds of CPU and of waiting. Of tables: units and GB. Of the rest: what is metered."""

    shape: Shape
    cpu_us: Mapping[str, float]
    archived_bytes: float
    sizes: Mapping[str, float]

    @property
    def events(self) -> float:
        return self.shape.events_per_second * SECONDS

    @property
    def posts(self) -> float:
        return self.shape.posts_per_second * SECONDS

    @property
    def stream_gb(self) -> float:
        """As billed: each record in whole KB."""
        return self.posts * self.sizes["billed_kb_a_post"] * 1024 / 1e9

    @property
    def records(self) -> float:
        return self.posts * self.sizes["packs_a_post"]

    @property
    def archived_gb_a_month(self) -> float:
        return self.events * self.archived_bytes / 1e9

    @property
    def shards(self) -> float:
        """An on-demand stream has four, and one for each MB/s."""
        return self.shape.deployment.shards or max(4.0, self.stream_gb * 1e3 / SECONDS)

    def calls(self, stage: str) -> float:
        """A batch ends with its window, or when its reader is busy; packs that come alone wake it alone."""
        packs = self.records
        partitions = self.shape.deployment.partitions
        windows = MINUTES * WINDOWS_A_MINUTE
        window = self.shape.deployment.aggregation_window_seconds
        return {
            "ingestion": self.posts,
            "access": min(self.posts, SECONDS / AUTHORIZED_SECONDS * 10),
            "heartbeat": MINUTES,
            "aggregation": min(
                packs + partitions * MINUTES, self.shards * min(4, partitions / self.shards) * SECONDS / window
            ),
            "rollup": 3 * MINUTES,
            "archive": self._batches(ARCHIVE_WINDOW),
            "watch": min(packs + partitions * MINUTES, self.shards * SECONDS),
            "correlation": self._batches(CORRELATION_WINDOW),
            "anomaly": 2 * windows,
            "live": windows + MINUTES,
            "forecasting": 2 * HOURS,
            "redrive": MINUTES / 5,
            "privacy": MINUTES / 5,
            "query": MINUTES,
            "console": HOURS,
        }[stage]

    def _batches(self, window: float) -> float:
        """Of a reader that waits so many seconds for more of a shard, or until a call can bear no more."""
        invoked_bytes = self.records * (self.sizes["pack_bytes"] * 4 / 3 + BYTES_AROUND_A_RECORD)
        return max(self.shards * SECONDS / window, invoked_bytes / MOST_BYTES_A_CALL)

    def gigabyte_seconds(self, stage: str, memory_mb: int) -> float:
        """Less than a core's memory is less than a core; waiting is billed as work is."""
        cpu = self.events * self.cpu_us.get(stage, 0) / 1e6 + self.calls(stage) * CPU_MS_A_CALL / 1e3
        cpu += self._closing(stage)
        waited = self.calls(stage) * WAIT_MS.get(stage, 20) / 1e3
        return (cpu * max(1.0, FULL_CORE_MB / memory_mb) + waited) * memory_mb / 1024

    def _closing(self, stage: str) -> float:
        """Seconds of CPU of who works by the window or by the series: measured at 12 us, 62 ms and some 2 ms a group."""
        groups = self.sizes["minute_groups"]
        return {
            "anomaly": MINUTES / 5 * groups * 12 * 12e-6,
            "rollup": MINUTES * WINDOWS_A_MINUTE * PUTS_OF_A_ROLLUP * groups * 2e-3,
            "forecasting": HOURS * groups * 62e-3,
        }.get(stage, 0.0)

    def table(self, name: str) -> "TableUsage":
        partitions, sizes = self.shape.deployment.partitions, self.sizes
        closed = WINDOWS_A_MINUTE * MINUTES
        minutes, hours = MINUTES, MINUTES * (WINDOWS_A_MINUTE - 1)
        rollups_kb = minutes * sizes["minute_rollups_kb"] + hours * sizes["hour_rollups_kb"]
        parts_kb = minutes * sizes["minute_parts_kb"] + hours * sizes["hour_parts_kb"]
        batches = self.calls("correlation")
        found = {
            "WindowState": TableUsage(
                writes=partitions * MINUTES * (sizes["state_written_kb"] + 1),
                reads=partitions
                * MINUTES
                * (sizes["state_read_4kb"] + ROLLUPS_A_MINUTE * sizes["state_read_4kb_a_rollup"] + 1),
                gb=partitions
                * 1440
                * DAYS_STATE_LIVES[self.shape.deployment.state_layout]
                * sizes["state_kept_bytes"]
                / 1e9,
            ),
            "Rollups": TableUsage(
                writes=rollups_kb * PUTS_OF_A_ROLLUP,
                reads=rollups_kb / 4,
                gb=(30 * 1440 + 90 * 288 + 180 * 96) * sizes["minute_rollups_bytes"] / 1e9
                + 400 * 24 * sizes["hour_rollups_bytes"] / 1e9,
            ),
            "ClosedWindows": TableUsage(
                writes=parts_kb + 2 * closed,
                reads=3 * parts_kb / 4 + 6 * closed,
                gb=10 * 1440 * WINDOWS_A_MINUTE * sizes["minute_parts_bytes"] / 1e9,
            ),
            "EventIndex": TableUsage(
                writes=self.events * sizes["index_kb"], reads=0, gb=self.events * sizes["index_bytes"] / 1e9
            ),
            "Correlation": TableUsage(writes=2 * batches, reads=4 * MINUTES, gb=2 * batches * 1e3 / 1e9),
            "Detection": TableUsage(writes=2 * closed, reads=4 * closed, gb=0),
            "Live": TableUsage(writes=closed, reads=4 * MINUTES, gb=0),
            "Forecasts": TableUsage(
                writes=HOURS * sizes["minute_groups"] * 3, reads=HOURS * sizes["minute_groups"] * 6, gb=0.1
            ),
        }
        return found.get(name, TableUsage(writes=0, reads=MINUTES / 10, gb=0.001))

    @property
    def log_gb(self) -> float:
        """Of all stages, with the gateway's line for each request."""
        logged = sum(self.calls(stage) * size for stage, size in LOG_BYTES_A_CALL.items())
        return (logged + self.posts * 400) / 1e9


@dataclass(frozen=True, slots=True)
class TableUsage:
    """Write units (KB), strong read units (4 KB), and GB kept."""

    writes: float
    reads: float
    gb: float


def usage_of(shape: Shape, measured: Mapping[str, Any]) -> Usage:
    sizes = measured["hubs"][str(shape.events_per_second)]
    if shape.sent_at_once:
        sizes = sizes | measured["posts"][str(shape.sent_at_once)]
    return Usage(shape, measured["cpu_us"], measured["archive"]["bytes"], sizes)
