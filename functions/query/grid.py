"""A grid of summaries: of some measures, each group by each window; and statistics of its cells or of whole groups."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from functions.query.expressions import Floats, Term
from shared.sketches.ordering import Integers, run_starts, run_sums
from shared.sketches.summaries import Coded, Summaries
from shared.windows.rollups import Values

Group = Values
_STATISTICS: Final[dict[str, Callable[[Summaries], NDArray[np.float64]]]] = {
    "sum": lambda column: column.total.floats(),
    "rate": lambda column: column.total.floats(),
    "count": lambda column: column.count.astype(np.float64),
    "mean": Summaries.mean,
    "min": lambda column: column.minimum.astype(np.float64),
    "max": lambda column: column.maximum.astype(np.float64),
    "std_dev": Summaries.std_dev,
    "median": partial(Summaries.quantile, q=0.5),
}


@dataclass(frozen=True, eq=False, slots=True)
class Piece:
    """Some of a grid: row i is of a group, a window and a measure, by their numbers. Rows of one cell are added up."""

    group: Integers
    window: Integers
    measure: Integers
    summaries: Summaries


@dataclass(frozen=True, eq=False, slots=True)
class Grid:
    """`codes` number the cells that were seen: (measure * groups + group) * windows + window."""

    groups: tuple[Group, ...]
    windows: int
    window_seconds: float
    measures: tuple[str, ...]
    cells: Coded
    _totals: dict[tuple[str, bool], Coded] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        groups: Sequence[Group],
        windows: int,
        window_seconds: float,
        measures: Sequence[str],
        pieces: Sequence[Piece],
    ) -> "Grid":
        coded = [
            ((piece.measure * len(groups) + piece.group) * windows + piece.window, piece.summaries) for piece in pieces
        ]
        return cls(tuple(groups), windows, window_seconds, tuple(measures), _added_up(coded))

    def values(self, term: Term) -> Floats:
        """float64[groups, windows] in the measure's unit; NaN where nothing was seen."""
        shape = (len(self.groups), self.windows)
        return self._of(term, self.cells, len(self.groups) * self.windows, self.window_seconds).reshape(shape)

    def totals(self, term: Term) -> Floats:
        """float64[groups], over all windows; quantiles are of all that was observed, not means of quantiles."""
        return self._of(term, self._whole(term), len(self.groups), self.window_seconds * self.windows)

    def merged(self, into: Integers, groups: Sequence[Group]) -> "Grid":
        """Group i goes into `groups[into[i]]`, or nowhere where that is -1."""
        codes, summaries = self.cells
        rest, window = np.divmod(codes, max(self.windows, 1))
        measure, group = np.divmod(rest, max(len(self.groups), 1))
        kept = np.flatnonzero(into[group] >= 0)
        piece = Piece(into[group[kept]], window[kept], measure[kept], summaries.take(kept))
        return Grid.of(groups, self.windows, self.window_seconds, self.measures, [piece])

    def _whole(self, term: Term) -> Coded:
        """The measure over all windows; only a quantile needs the sketches to be merged."""
        is_quantile = term.quantile is not None or term.statistic == "median"
        key = (term.measure.name, is_quantile)
        if key not in self._totals:
            low, high = self._rows(term, len(self.groups) * self.windows)
            codes, summaries = self.cells[0][low:high] // max(self.windows, 1), self.cells[1].take(slice(low, high))
            self._totals[key] = Summaries.merge([(codes, summaries)]) if is_quantile else _moments(codes, summaries)
        return self._totals[key]

    def _rows(self, term: Term, size: int, codes: Integers | None = None) -> tuple[int, int]:
        """Where the rows of the measure are that has `size` codes."""
        first = self.measures.index(term.measure.name) * size
        low, high = np.searchsorted(self.cells[0] if codes is None else codes, (first, first + size)).tolist()
        return low, high

    def _of(self, term: Term, coded: Coded, size: int, seconds: float) -> Floats:
        values = np.full(size, np.nan)
        codes, summaries = coded
        first = self.measures.index(term.measure.name) * size
        low, high = self._rows(term, size, codes)
        seen = summaries.take(slice(low, high))
        if len(seen):
            values[codes[low:high] - first] = _statistic(term, seen, seconds)
        return values


def _statistic(term: Term, column: Summaries, seconds: float) -> Floats:
    if term.statistic == "count":
        return column.count.astype(np.float64)
    stored = column.quantile(term.quantile) if term.quantile is not None else _STATISTICS[term.statistic](column)
    return stored / (term.measure.scale * (seconds if term.statistic == "rate" else 1))


def _moments(codes: Integers, column: Summaries) -> Coded:
    """The sum of each run of codes, all but the sketches."""
    if not len(codes):
        return codes, column
    starts = run_starts(codes)
    return codes[starts], Summaries(
        count=run_sums(column.count, starts),
        total=column.total.sums(starts),
        squares=column.squares.sums(starts),
        minimum=np.minimum.reduceat(column.minimum, starts),
        maximum=np.maximum.reduceat(column.maximum, starts),
        offsets=np.zeros(len(starts) + 1, np.int64),
        key=np.empty(0, np.int16),
        weight=np.empty(0, np.int64),
    )


def _added_up(coded: Sequence[Coded]) -> Coded:
    """In order of the codes; without a merge where one part has each code once."""
    if len(coded) == 1:
        codes, summaries = coded[0]
        if np.all(codes[1:] > codes[:-1]):
            return codes, summaries
    return Summaries.merge(coded)
