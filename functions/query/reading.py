"""The content of windows, closed or not: rollups behind the cursor, the state of the minutes after it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from functions.query.selection import Selection
from shared.windows.closed import ClosedWindowStore
from shared.windows.groups import Grouping, group_keys, limited
from shared.windows.rollups import Rollup, RollupRange, RollupStore, Values
from shared.windows.state import LIFE_OF_STATE, StateStore
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution, Window

AHEAD: Final = timedelta(minutes=6)
"""Events may be up to five minutes ahead of the clock; no minute after that has any."""
BEFORE_A_CURSOR: Final = timedelta(hours=24)
"""A hub that has just begun has no cursor yet, and nothing older than the allowed lateness."""

SideBySide = Callable[[Callable[[Window], SummaryTable], Iterable[Window]], Iterable[SummaryTable]]


@dataclass(frozen=True, slots=True)
class Windows:
    """Where windows are read, and how those that are open are grouped and limited, as rollup does it."""

    state: StateStore
    closed: ClosedWindowStore
    rollups: RollupStore
    groupings: tuple[Grouping, ...]
    series_limit: int
    side_by_side: SideBySide = map

    def closed_until(self, now: datetime) -> datetime:
        """Every window that ends by then stands in the rollups."""
        cursor = self.closed.cursor()
        return cursor.next.start if cursor else Resolution.MINUTE.containing(now - BEFORE_A_CURSOR).start


@dataclass(frozen=True, slots=True)
class Reading:
    """One query's view: what counts as closed is decided once, before anything is read, and kept over all its pages.

    State outlives the closing of its window by days, so a window that closes meanwhile is still read from state.
    """

    windows: Windows
    closed_until: datetime
    now: datetime
    _grouped: dict[tuple[str, Window], SummaryTable] = field(default_factory=dict)

    def is_final(self, window: Window) -> bool:
        return window.end <= self.closed_until

    def closed(
        self, selection: Selection, span: "Span", after: tuple[Values, Window] | None = None
    ) -> Iterator[Rollup]:
        """The rollups of closed windows, in the order of the store."""
        wanted = RollupRange(
            selection.tenant,
            selection.name,
            span.resolution,
            span.start,
            min(span.end, span.resolution.containing(self.closed_until).start),
            selection.values,
        )
        if wanted.end <= wanted.start:
            return iter(())
        return (rollup for rollup in self.windows.rollups.read(wanted, after=after) if selection.holds(rollup.key))

    def open(self, selection: Selection, span: "Span") -> Iterator[Rollup]:
        """What rollups of the open windows would be now, by window, then key. A coarse window whose minutes went over
        the series limit is not limited as a whole before it closes: a series may be partly in its overflow till then.
        """
        start = max(span.start, span.resolution.containing(self.closed_until).start)
        end = min(span.end, self.now + AHEAD)
        self._read_minutes(selection.tenant, max(start, self.closed_until), end)
        for window in windows_in(Span(start, end, span.resolution)):
            for key, table in self.content(selection, window.start, window.end).per_key():
                yield Rollup(key, window, table.events(key), table)

    def content(self, selection: Selection, start: datetime, end: datetime) -> SummaryTable:
        """All of [start, end), to the minute: of closed windows as coarse ones as fit, so that it is cheap."""
        tables = []
        for span in coarsest_spans(start, min(end, self.closed_until)):
            tables += [rollup.table for rollup in self.closed(selection, span)]
        open_minutes = self._read_minutes(selection.tenant, max(start, self.closed_until), min(end, self.now + AHEAD))
        tables += [selection.of(table) for table in open_minutes]
        return SummaryTable.merge(tables)

    def minutes(self, tenant: str, start: datetime, end: datetime) -> Iterator[tuple[datetime, SummaryTable]]:
        """The minutes that start in [start, end), from state; all groups of the tenant."""
        tables = self._read_minutes(tenant, start, end)
        first = max(start, self.now - LIFE_OF_STATE)
        starts = [window.start for window in windows_in(Span(first, end, Resolution.MINUTE))]
        return zip(starts, tables, strict=True)

    def _read_minutes(self, tenant: str, start: datetime, end: datetime) -> list[SummaryTable]:
        start = max(start, self.now - LIFE_OF_STATE)
        minutes = list(windows_in(Span(start, end, Resolution.MINUTE)))
        unread = [minute for minute in minutes if (tenant, minute) not in self._grouped]
        tables = self.windows.side_by_side(lambda minute: self._group(tenant, minute), unread)
        self._grouped.update({(tenant, minute): table for minute, table in zip(unread, tables, strict=True)})
        return [self._grouped[tenant, minute] for minute in minutes]

    def _group(self, tenant: str, minute: Window) -> SummaryTable:
        """A minute's cells of the tenant in all groupings, since the limit is on all of them together."""
        segments = self.windows.state.minute(minute)
        cells = SummaryTable.merge([segment.table.select(lambda key: key[0] == tenant) for segment in segments])
        table, _ = limited(cells.rekey(group_keys(self.windows.groupings)), self.windows.series_limit)
        return table


@dataclass(frozen=True, slots=True)
class Span:
    """The windows of one resolution that start in [start, end)."""

    start: datetime
    end: datetime
    resolution: Resolution


def windows_in(span: Span) -> Iterator[Window]:
    window = span.resolution.containing(span.start)
    while window.start < span.end:
        yield window
        window = window.next


def coarsest_spans(start: datetime, end: datetime) -> Iterator[Span]:
    """The fewest windows that make up [start, end), which are whole minutes: fine at the edges, coarse between.

    >>> from datetime import UTC
    >>> spans = coarsest_spans(datetime(2026, 11, 22, 9, 58, tzinfo=UTC), datetime(2026, 11, 22, 12, 20, tzinfo=UTC))
    >>> [f"{span.start:%H:%M}-{span.end:%H:%M} by {span.resolution.value}" for span in spans]
    ['09:58-10:00 by 1m', '10:00-12:00 by 1h', '12:00-12:15 by 15m', '12:15-12:20 by 5m']
    """
    for resolution, run in groupby(_coarsest_windows(start, end), key=lambda window: window.resolution):
        windows = list(run)
        yield Span(windows[0].start, windows[-1].end, resolution)


def _coarsest_windows(start: datetime, end: datetime) -> Iterator[Window]:
    while (minute := Window(start)).end <= end:
        fitting = [window for window in (minute, *minute.parents) if window.start == start and window.end <= end]
        yield fitting[-1]
        start = fitting[-1].end
