"""Reads grids: rollups of closed windows as columns, and the minutes after them from state."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from functions.query.grid import Grid, Group, Piece
from functions.query.reading import AHEAD, Reading, Span, coarsest_spans, windows_in
from functions.query.selection import is_overflow
from shared.errors import RejectedRequestError
from shared.windows.columns import Columns, ColumnStore, TooManyRollups, value_order
from shared.windows.groups import OVERFLOW, Grouping, grouping_name
from shared.windows.rollups import RollupRange, Values
from shared.windows.table import SummaryTable
from shared.windows.window import minutes_since_epoch

MOST_ROLLUPS: Final = 40_000
"""For one question: some 20 us each."""
OVERFLOWN: Final[Group] = (OVERFLOW,)
Reader = Callable[[Values], Group | None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rollups are read; `group_of` says which group of the answer each belongs to, None for none.

    `values` are those of the one group that is meant, if it is one.
    """

    tenant: str
    grouping: Grouping
    measures: tuple[str, ...]
    group_of: Reader
    values: Values | None = None

    def within(self, span: Span) -> RollupRange:
        name = grouping_name(self.grouping)
        return RollupRange(self.tenant, name, span.resolution, span.start, span.end, self.values)


@dataclass(frozen=True, slots=True)
class Gathering:
    store: ColumnStore
    reading: Reading
    most: int

    def grid(self, wanted: Wanted, whole: Span) -> Grid:
        """RejectedRequestError 400 when that is too much for one question."""
        groups: dict[Group, int] = {}
        number = {window.start: place for place, window in enumerate(windows_in(whole))}
        pieces = [piece for span in self._closed(whole) for piece in self._read(wanted, span, whole, groups)]
        pieces += self._open(wanted, whole, groups)
        ordered = sorted(groups, key=value_order)
        rank = np.empty(len(groups), np.int64)
        rank[[groups[group] for group in ordered]] = np.arange(len(groups))
        placed = [Piece(rank[piece.group], piece.window, piece.measure, piece.summaries) for piece in pieces]
        return Grid.of(ordered, len(number), whole.resolution.length.total_seconds(), wanted.measures, placed)

    def _closed(self, whole: Span) -> Iterable[Span]:
        """All closed windows of the range; then the closed part of the one that is still open, in finer ones."""
        edge = min(whole.end, whole.resolution.containing(self.reading.closed_until).start)
        if edge > whole.start:
            yield Span(whole.start, edge, whole.resolution)
        yield from coarsest_spans(max(edge, whole.start), min(whole.end, self.reading.closed_until))

    def _read(self, wanted: Wanted, span: Span, whole: Span, groups: dict[Group, int]) -> Iterable[Piece]:
        try:
            columns = self.store.columns(wanted.within(span), wanted.measures, self.most)
        except TooManyRollups:
            message = "this is too much for one question: ask a shorter range, a coarser resolution or fewer series"
            raise RejectedRequestError(400, "too_much", message) from None
        yield _piece(columns, wanted.group_of, whole, groups)

    def _open(self, wanted: Wanted, whole: Span, groups: dict[Group, int]) -> Iterable[Piece]:
        """Minutes that are not closed yet, as they stand."""
        start = max(whole.start, self.reading.closed_until)
        end = min(whole.end, self.reading.now + AHEAD)
        name = grouping_name(wanted.grouping)
        for minute, table in self.reading.minutes(wanted.tenant, start, end):
            of_grouping = table.select(lambda key: key[:2] == (wanted.tenant, name))
            yield _piece(_columns(of_grouping, wanted.measures, minute), wanted.group_of, whole, groups)


def _piece(columns: Columns, group_of: Reader, whole: Span, groups: dict[Group, int]) -> Piece:
    """The rows of the groups that are wanted, by their numbers in `groups`, which grows."""
    found = [group_of(values) for values in columns.groups]
    numbers = np.array([-1 if group is None else groups.setdefault(group, len(groups)) for group in found], np.int64)
    group = numbers[columns.group]
    kept = np.flatnonzero(group >= 0)
    first = minutes_since_epoch(whole.start)
    length = minutes_since_epoch(whole.resolution.containing(whole.start).end) - first
    window = (columns.minute[kept] - first) // length
    summaries = columns.summaries if len(kept) == len(group) else columns.summaries.take(kept)
    return Piece(group[kept], window, columns.measure[kept], summaries)


def _columns(table: SummaryTable, measures: Sequence[str], minute: datetime) -> Columns:
    place = np.array([measures.index(name) if name in measures else -1 for name in table.measures], np.int64)
    rows = np.flatnonzero(place[table.row_measure] >= 0) if len(table) else np.empty(0, np.int64)
    return Columns(
        groups=tuple(key[2:] for key in table.keys),
        measures=tuple(measures),
        group=table.row_key[rows].astype(np.int64),
        minute=np.full(len(rows), minutes_since_epoch(minute)),
        measure=place[table.row_measure[rows]],
        summaries=table.summaries.take(rows),
        rollups=len(table.keys),
    )


def projecting(
    grouping: Grouping, group_by: Sequence[str], keeps: Mapping[str, Callable[[str | None], bool]]
) -> Reader:
    """From values of a grouping to those grouped by, if every dimension keeps its value. Nobody knows which groups are
    in the overflow series, so it passes no filter.
    """
    places = [grouping.index(dimension) for dimension in group_by]
    tests = [(grouping.index(dimension), keep) for dimension, keep in keeps.items()]

    def project(values: Values) -> Group | None:
        if is_overflow(("", "", *values)):
            return None if tests else OVERFLOWN
        if all(keep(values[place]) for place, keep in tests):
            return tuple(values[place] for place in places)
        return None

    return project
