"""Summaries of what was observed, a column of them at a time: exact moments and a quantile sketch each.

A column of summaries is a commutative monoid of integers: whatever way observations are cut into batches, in whatever
order the batches are merged, the result is `==`. Nothing is a float until an estimate is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.errors import NotEnoughData
from shared.sketches.bins import LARGEST, estimates_of, keys_of
from shared.sketches.moments import deviations_of, means_of, moments_of
from shared.sketches.ordering import Integers, in_order, ranges, run_starts, run_sums
from shared.sketches.wide import Rows, Wide, empty_wide

_KEY_BITS: Final = 12
_KEY_OFFSET: Final = 1 << (_KEY_BITS - 1)

Coded = tuple[Integers, "Summaries"]
"""Summaries with the code of each row."""


@dataclass(frozen=True, eq=False, slots=True)
class Summaries:
    """One summary a row: count, total, squares, least and greatest value, and a DDSketch.

    Estimates: count, total, minimum, maximum exact; mean and (population) deviation exact up to the last rounding to a
    float; a quantile within 1 % of the observation at rank floor(q * (n - 1)), which is numpy's method "lower".
    Memory: 48 bytes a row and 10 a bin; n observations that spread over a factor of x fill at most min(n, 50 ln x) bins,
    never more than 2,993. Bins are never collapsed, so merging loses nothing.
    Values are integers up to 2**48 either way (fixed-point): floats, hence NaN and infinity, are a TypeError.

    Paper: Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees",
    VLDB 2019, https://www.vldb.org/pvldb/vol12/p2195-masson.pdf

    >>> codes, latency = Summaries.of(np.array([7, 3, 7, 7]), np.array([20, 5, 10, 4000]))
    >>> codes.tolist(), latency.count.tolist(), latency.mean().tolist()
    ([3, 7], [1, 3], [5.0, 1343.3333333333333])
    >>> latency.quantile(0.5).tolist()
    [5.0, 20.0]
    """

    count: Integers
    total: Wide
    squares: Wide
    minimum: Integers
    maximum: Integers
    offsets: NDArray[np.int64]
    key: NDArray[np.int16]
    weight: Integers

    @classmethod
    def empty(cls) -> "Summaries":
        none = np.empty(0, np.int64)
        return cls(none, empty_wide(), empty_wide(), none, none, np.zeros(1, np.int64), np.empty(0, np.int16), none)

    @classmethod
    def of(cls, code: Integers, value: Integers) -> Coded:
        """One summary for each distinct code, in order of the codes: one sort and a handful of passes."""
        _refuse_what_has_no_bin(value)
        if not len(code):
            return np.empty(0, np.int64), cls.empty()
        code, value = in_order(code, value)
        starts = run_starts(code)
        ends = np.append(starts[1:], len(code))
        key = keys_of(value)
        total, squares = moments_of(value, starts)
        bins = run_starts(code, key)
        return code[starts], cls(
            count=ends - starts,
            total=total,
            squares=squares,
            minimum=value[starts],
            maximum=value[ends - 1],
            offsets=np.append(np.searchsorted(bins, starts), len(bins)),
            key=key[bins],
            weight=np.diff(bins, append=len(code)),
        )

    @classmethod
    def merge(cls, parts: Sequence[Coded]) -> Coded:
        """One summary for each distinct code over all parts, in order of the codes. A part's codes may be in any order
        and may repeat; the parts are left alone.
        """
        code = np.concatenate([np.empty(0, np.int64), *(codes for codes, _ in parts)])
        if not len(code):
            return code, cls.empty()
        rows = _concatenated([summaries for _, summaries in parts])
        order = np.argsort(code, kind="stable")
        code = code[order]
        starts = run_starts(code)
        target = np.empty(len(code), np.int64)
        target[order] = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(code)))
        offsets, key, weight = _merged_bins(rows, target, len(starts))
        return code[starts], cls(
            count=run_sums(rows.count[order], starts),
            total=rows.total.take(order).sums(starts),
            squares=rows.squares.take(order).sums(starts),
            minimum=np.minimum.reduceat(rows.minimum[order], starts),
            maximum=np.maximum.reduceat(rows.maximum[order], starts),
            offsets=offsets,
            key=key,
            weight=weight,
        )

    def take(self, rows: Rows) -> "Summaries":
        """These rows, in this order; a row may be taken more than once."""
        start, length = self.offsets[:-1][rows], np.diff(self.offsets)[rows]
        bins = ranges(start, length)
        return Summaries(
            self.count[rows],
            self.total.take(rows),
            self.squares.take(rows),
            self.minimum[rows],
            self.maximum[rows],
            np.concatenate([[0], np.cumsum(length)]),
            self.key[bins],
            self.weight[bins],
        )

    def mean(self) -> NDArray[np.float64]:
        return means_of(self.count, self.total)

    def std_dev(self) -> NDArray[np.float64]:
        return deviations_of(self.count, self.total, self.squares)

    def quantile(self, q: float) -> NDArray[np.float64]:
        """The q-quantile of each row, 0 <= q <= 1: the bin that holds rank floor(q * (n - 1)), kept within [min, max]."""
        if not 0 <= q <= 1:
            raise ValueError(f"a quantile is between 0 and 1, not {q}")
        below = np.cumsum(self.weight)
        before_row = np.concatenate([[0], below])[self.offsets[:-1]]
        rank = np.floor(q * (self.count - 1)).astype(np.int64)
        bins = np.searchsorted(below, before_row + rank, side="right")
        return np.clip(estimates_of(self.key[bins]), self.minimum, self.maximum)

    def __len__(self) -> int:
        return len(self.count)

    def __getitem__(self, row: int) -> "Summary":
        at = range(len(self))[row]
        return Summary(self.take(slice(at, at + 1)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Summaries):
            return NotImplemented
        return (
            self.total == other.total
            and self.squares == other.squares
            and all(
                np.array_equal(getattr(self, column), getattr(other, column))
                for column in ("minimum", "maximum", "offsets", "key", "weight")
            )
        )

    __hash__ = None  # type: ignore[assignment]


class Summary:
    """One summary: a row of a column, or the empty one, whose counts are zero and whose estimates raise NotEnoughData.

    >>> _, column = Summaries.of(np.zeros(4, np.int64), np.array([1, 2, 3, 4]))
    >>> column[0].count, column[0].total, column[0].squares, column[0].quantile(1.0)
    (4, 10, 30, 4.0)
    >>> Summary.empty().mean()
    Traceback (most recent call last):
    shared.errors.NotEnoughData: no observation has been seen
    """

    __slots__ = ("_row",)

    def __init__(self, row: Summaries) -> None:
        self._row = row

    @classmethod
    def empty(cls) -> "Summary":
        return cls(Summaries.empty())

    @property
    def count(self) -> int:
        return int(self._row.count.sum())

    @property
    def total(self) -> int:
        return sum(self._row.total.integers())

    @property
    def squares(self) -> int:
        return sum(self._row.squares.integers())

    @property
    def minimum(self) -> int:
        return int(self._seen().minimum[0])

    @property
    def maximum(self) -> int:
        return int(self._seen().maximum[0])

    def mean(self) -> float:
        return float(self._seen().mean()[0])

    def std_dev(self) -> float:
        return float(self._seen().std_dev()[0])

    def quantile(self, q: float) -> float:
        return float(self._seen().quantile(q)[0])

    def _seen(self) -> Summaries:
        if not len(self._row):
            raise NotEnoughData
        return self._row

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Summary) and self._row == other._row

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Summary(count={self.count}, total={self.total})"


def _refuse_what_has_no_bin(value: Integers) -> None:
    if value.dtype != np.int64:
        raise TypeError(f"summaries take fixed-point int64 values, not {value.dtype}")
    if len(value) and max(int(value.max()), -int(value.min())) > LARGEST:
        raise ValueError(f"a value is beyond 2**48: {int(value.min())} to {int(value.max())}")


def _concatenated(parts: Sequence[Summaries]) -> Summaries:
    if len(parts) == 1:
        return parts[0]
    lengths = np.concatenate([np.diff(part.offsets) for part in parts])
    return Summaries(
        np.concatenate([part.count for part in parts]),
        Wide.concatenate([part.total for part in parts]),
        Wide.concatenate([part.squares for part in parts]),
        np.concatenate([part.minimum for part in parts]),
        np.concatenate([part.maximum for part in parts]),
        np.concatenate([[0], np.cumsum(lengths)]),
        np.concatenate([part.key for part in parts]),
        np.concatenate([part.weight for part in parts]),
    )


def _merged_bins(
    rows: Summaries, target: Integers, target_count: int
) -> tuple[NDArray[np.int64], NDArray[np.int16], Integers]:
    """Offsets, keys and weights when each row goes into its target."""
    place = (np.repeat(target, np.diff(rows.offsets)) << _KEY_BITS) + rows.key + _KEY_OFFSET
    place, weight = in_order(place, rows.weight)
    starts = run_starts(place)
    place = place[starts]
    offsets = np.searchsorted(place >> _KEY_BITS, np.arange(target_count + 1))
    key = (place & ((1 << _KEY_BITS) - 1)) - _KEY_OFFSET
    return offsets, key.astype(np.int16), run_sums(weight, starts)
