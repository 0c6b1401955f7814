"""Chosen rows out of many encoded columns of summaries at once: what a reader of thousands of small ones needs.

Decoding them one after the other costs some hundred numpy calls each; here each call goes over all of them.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.sketches.bins import keys_of, lows_of
from shared.sketches.moments import about
from shared.sketches.ordering import Integers, ranges, run_sums
from shared.sketches.summaries import Summaries
from shared.sketches.wide import Wide

_HEADER_BYTES: Final = 8
Octets = NDArray[np.uint8]


def decode_rows(encoded: Sequence[bytes], source: Integers, row: Integers) -> Summaries:
    """Row `row[i]` of what `encoded[source[i]]` holds, for each i, in any order.

    The same as `encoding.decode` of each and then taking those rows; IndexError where there is no such row.
    """
    if not len(source):
        return Summaries.empty()
    columns = _Columns(encoded, source, row)
    minimum, offsets = columns.signed(columns.minimums), columns.offsets
    weight = columns.of_bins(columns.weights) + 1
    key = columns.keys(minimum)
    count = run_sums(weight, offsets[:-1])
    maximum = np.maximum(lows_of(key[offsets[1:] - 1]), minimum) + columns.of_rows(columns.maximums)
    span = maximum - minimum
    first = columns.wide(columns.firsts).plus(Wide.of(span))
    second = columns.wide(columns.seconds).plus(Wide.of(span).times(span))
    total, squares = about(count, first, second, -minimum)
    return Summaries(count, total, squares, minimum, maximum, offsets, key, weight)


class _Columns:
    """Where each column of each source begins, and the chosen rows of it."""

    def __init__(self, encoded: Sequence[bytes], source: Integers, row: Integers) -> None:
        self._octets = np.frombuffer(b"".join(encoded), np.uint8)
        lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
        start = np.cumsum(lengths) - lengths
        header = self._octets[start[:, None] + np.arange(_HEADER_BYTES)].copy().view("<u4").astype(np.int64)
        self._rows, bins = header[:, 0], header[:, 1]
        if np.any(row < 0) or np.any(row >= self._rows[source]):
            raise IndexError("there is no such row")
        self._source, self._row = source, row
        self._at = start + _HEADER_BYTES
        counts = self._column(self._rows)
        self.minimums = self._column(self._rows)
        self._gaps = self._column(bins - self._rows)
        self.weights = self._column(bins)
        self.maximums = self._column(self._rows)
        self.firsts = self._column(self._rows), self._column(self._rows)
        self.seconds = self._column(self._rows), self._column(self._rows)
        self._place_bins(counts)

    def _column(self, length: Integers) -> "_Column":
        """The next column of every source: a byte that says how many planes it has, then the planes."""
        column = _Column(self._at + 1, self._octets[self._at].astype(np.int64), length)
        self._at = self._at + 1 + column.planes * length
        return column

    def _place_bins(self, counts: "_Column") -> None:
        """Which bins of its source each chosen row has; the rows before it must be counted too."""
        sources = np.arange(len(self._rows))
        every = counts.runs(self._octets, sources, 0 * self._rows, self._rows)
        begun = np.cumsum(every) - every
        first_row = np.cumsum(self._rows) - self._rows
        base = np.append(begun, 0)[first_row]
        place = first_row[self._source] + self._row
        self._bins = every[place]
        self._first_bin = begun[place] - base[self._source]
        self.offsets = np.concatenate([[0], np.cumsum(self._bins)])

    def of_rows(self, column: "_Column") -> Integers:
        return column.values(self._octets, self._source, self._row)

    def of_bins(self, column: "_Column") -> Integers:
        return column.runs(self._octets, self._source, self._first_bin, self._bins)

    def signed(self, column: "_Column") -> Integers:
        """As `encoding` has zigzagged them."""
        value = self.of_rows(column)
        result: Integers = ((value >> 1) & (2**63 - 1)) ^ -(value & 1)
        return result

    def wide(self, halves: "tuple[_Column, _Column]") -> Wide:
        low, high = map(self.of_rows, halves)
        return Wide(high=high, low=low.view(np.uint64))

    def keys(self, minimum: Integers) -> NDArray[np.int16]:
        """A row's first key is its minimum's; the others follow by gaps, of which a row has one less than bins."""
        gaps = self._gaps.runs(self._octets, self._source, self._first_bin - self._row, self._bins - 1)
        least = keys_of(minimum).astype(np.int64)
        greatest = least + run_sums(gaps, self.offsets[:-1] - np.arange(len(self._bins)))
        steps = np.empty(int(self.offsets[-1]), np.int64)
        later = np.ones(len(steps), np.bool_)
        later[self.offsets[:-1]] = False
        steps[later] = gaps
        steps[self.offsets[:-1]] = np.diff(least, prepend=0) - np.append(0, (greatest - least)[:-1])
        keys: NDArray[np.int16] = np.cumsum(steps).astype(np.int16)
        return keys


class _Column:
    """A column of every source: where its planes begin, how many there are, and how long each is."""

    def __init__(self, start: Integers, planes: Integers, length: Integers) -> None:
        self._start = start
        self.planes = planes
        self._length = length

    def values(self, octets: Octets, source: Integers, place: Integers) -> Integers:
        """The value at `place[i]` of source `source[i]`, put together from its planes."""
        value = np.zeros(len(source), np.uint64)
        planes, length, at = self.planes[source], self._length[source], self._start[source] + place
        for plane in range(int(planes.max(initial=0))):
            has = np.flatnonzero(planes > plane)
            value[has] |= octets[at[has] + plane * length[has]].astype(np.uint64) << np.uint64(8 * plane)
        return value.view(np.int64)

    def runs(self, octets: Octets, source: Integers, first: Integers, count: Integers) -> Integers:
        """`count[i]` values from `first[i]` on of source `source[i]`, one run after the other."""
        value = np.zeros(int(count.sum()), np.uint64)
        planes, length, at = self.planes[source], self._length[source], self._start[source] + first
        ends = np.cumsum(count)
        for plane in range(int(planes.max(initial=0))):
            has = np.flatnonzero(planes > plane)
            read = octets[ranges(at[has] + plane * length[has], count[has])].astype(np.uint64)
            if plane == 0 and len(has) == len(source):
                value = read
                continue
            read <<= np.uint64(8 * plane)
            if len(has) == len(source):
                value |= read
            else:
                value[ranges((ends - count)[has], count[has])] |= read
        return value.view(np.int64)
