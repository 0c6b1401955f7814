"""A hub in memory, as rollup sees it: state that is folded into, progress that grows, and what was published."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from functions.rollup.publish import Publisher
from functions.rollup.roll_up import Outcome, RollUp
from shared.measures.observations import Cell
from shared.windows.closed import Doorbell, NoDoorbell
from shared.windows.groups import GROUPINGS, group_keys
from shared.windows.state import Segment
from shared.windows.table import Key, SummaryTable
from shared.windows.window import Resolution, Window
from tests.builders.states import MINUTE, ids_of
from tests.builders.tables import cell, table
from tests.fakes.closed_window_store import InMemoryClosedWindowStore
from tests.fakes.rollup_store import InMemoryRollupStore
from tests.fakes.state_store import InMemoryStateStore

DELAY = timedelta(seconds=30)
PARTITIONS = 2
SMALL = cell("small")
LARGE = cell("large", team=None)


def minute(number: int) -> Window:
    """The minutes after noon."""
    return Window(MINUTE.start + timedelta(minutes=number))


class RollingHub:
    def __init__(self, series_limit: int = 5000) -> None:
        self.now = MINUTE.start
        self.state = InMemoryStateStore()
        self.closed = InMemoryClosedWindowStore()
        self.rollups = InMemoryRollupStore()
        self.series_limit = series_limit
        self.doorbell: Doorbell = NoDoorbell()
        self._ids = count(1)

    @property
    def roll_up(self) -> RollUp:
        return RollUp(self.state, self.closed, self.publisher, PARTITIONS, DELAY, lambda: self.now)

    @property
    def publisher(self) -> Publisher:
        return Publisher(
            self.state, self.closed, self.rollups, GROUPINGS, self.series_limit, lambda: self.now, self.doorbell
        )

    def fold(self, into: Window, *events: tuple[Cell, Mapping[str, int]], partition: int = 0, late: int = 0) -> None:
        stored = self.state.segments(into, partition)
        segment = stored[-1] if stored else Segment.unstored(into, partition)
        new = replace(
            segment,
            ids=segment.ids.union(ids_of(*(next(self._ids) for _ in events))),
            late_ids=segment.late_ids.union(ids_of(*(next(self._ids) for _ in range(late)))),
            encoded_table=SummaryTable.merge([segment.table, table(*events)]).encode(),
        )
        assert self.state.put(new)

    def complete_up_to(self, at: datetime, partitions: int = PARTITIONS) -> None:
        self.now = max(self.now, at)
        for partition in range(partitions):
            self.state.advance_progress(partition, at)

    def begin_at(self, window: Window) -> None:
        """As if the hub had been installed in that minute."""
        self.complete_up_to(window.start + DELAY)
        self.roll_up.run((), self.now + timedelta(minutes=1))

    def close(self, window: Window, *touched: Window) -> Outcome:
        """The watermark passes the window's end, and rollup is woken."""
        self.complete_up_to(window.end + DELAY)
        return self.wake(*touched)

    def wake(self, *touched: Window) -> Outcome:
        return self.roll_up.run(touched, self.now + timedelta(minutes=1))

    def announced(self) -> list[tuple[str, str, int]]:
        """What consumers were told, in order: resolution, window, version."""
        return [(head.window.resolution.value, head.window.key[11:16], head.version) for head in self.closed.announced]

    def rows(self, window: Window) -> SummaryTable:
        """All rows of a window that can be read."""
        stored = (rollup for rollup in self.rollups.stored.values() if rollup.window == window and not rollup.folded)
        return SummaryTable.merge([rollup.table for rollup in stored])

    def batch_recomputation(self, window: Window) -> SummaryTable:
        """What the rows of a window should be, from all state at once."""
        minutes = [some for some in self.folded_minutes() if window.start <= some.start < window.end]
        cells = [segment.table for some in minutes for segment in self.state.minute(some)]
        return SummaryTable.merge(cells).rekey(group_keys(GROUPINGS))

    def folded_minutes(self) -> set[Window]:
        return {key[0] for key in self.state.stored}

    def versions(self, window: Window) -> dict[Key, int]:
        return {key: rollup.version for (key, of), rollup in self.rollups.stored.items() if of == window}


def quarter(window: Window) -> Window:
    return Resolution.QUARTER_HOUR.containing(window.start)


def five(window: Window) -> Window:
    return Resolution.FIVE_MINUTES.containing(window.start)
