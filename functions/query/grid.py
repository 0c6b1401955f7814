"""A grid of summaries: of some measures, each group by each window; and statistics of its cells or of whole groups."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from functions.query.expressions import Floats, Term
from shared.sketches.ordering import Integers
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
    _totals: list[Coded] = field(default_factory=list)

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
        return self._of(term, self._whole(), len(self.groups), self.window_seconds * self.windows)

    def merged(self, into: Integers, groups: Sequence[Group]) -> "Grid":
        """Group i goes into `groups[into[i]]`, or nowhere where that is -1."""
        codes, summaries = self.cells
        rest, window = np.divmod(codes, max(self.windows, 1))
        measure, group = np.divmod(rest, max(len(self.groups), 1))
        kept = np.flatnonzero(into[group] >= 0)
        piece = Piece(into[group[kept]], window[kept], measure[kept], summaries.take(kept))
        return Grid.of(groups, self.windows, self.window_seconds, self.measures, [piece])

    def _whole(self) -> Coded:
        if not self._totals:
            codes, summaries = self.cells
            self._totals.append(Summaries.merge([(codes // max(self.windows, 1), summaries)]))
        return self._totals[0]

    def _of(self, term: Term, coded: Coded, size: int, seconds: float) -> Floats:
        values = np.full(size, np.nan)
        codes, summaries = coded
        first = self.measures.index(term.measure.name) * size
        low, high = np.searchsorted(codes, (first, first + size))
        seen = summaries.take(slice(low, high))
        if len(seen):
            values[codes[low:high] - first] = _statistic(term, seen, seconds)
        return values


def _statistic(term: Term, column: Summaries, seconds: float) -> Floats:
    if term.statistic == "count":
        return column.count.astype(np.float64)
    stored = column.quantile(term.quantile) if term.quantile is not None else _STATISTICS[term.statistic](column)
    return stored / (term.measure.scale * (seconds if term.statistic == "rate" else 1))


def _added_up(coded: Sequence[Coded]) -> Coded:
    """In order of the codes; without a merge where one part has each code once."""
    if len(coded) == 1:
        codes, summaries = coded[0]
        order = np.argsort(codes, kind="stable")
        codes = codes[order]
        if not len(codes) or np.all(codes[1:] > codes[:-1]):
            return codes, summaries.take(order)
    return Summaries.merge(coded)
