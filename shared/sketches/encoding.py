"""Summaries as bytes: the same content is the same bytes, and compresses well.

Each column is written as byte planes (all lowest bytes, then all second ones, ...) with as many planes as its greatest
number needs. What follows from other columns is not written: counts from weights, each row's first bin from its minimum.
A maximum is written as what it is above the start of its bin. Moments are written about the minimum and without the
maximum, so they are small, and zero for one observation or two, which is what most rows of a short batch hold.
"""

import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.sketches.bins import keys_of, lows_of
from shared.sketches.moments import about
from shared.sketches.ordering import Integers, run_sums
from shared.sketches.summaries import Summaries
from shared.sketches.wide import Wide

_HEADER: Final = struct.Struct("<II")
Unsigned = NDArray[np.uint64]


def encode(summaries: Summaries) -> bytes:
    lengths = np.diff(summaries.offsets)
    first, second = _inner(summaries)
    columns = [
        lengths.view(np.uint64),
        _zigzag(summaries.minimum),
        np.diff(summaries.key, prepend=np.int16(0))[_later_bins(lengths)].astype(np.uint64),
        (summaries.weight - 1).view(np.uint64),
        (summaries.maximum - _least_maximum(summaries.minimum, summaries.key, summaries.offsets)).view(np.uint64),
        *(first.low, first.high.view(np.uint64)),
        *(second.low, second.high.view(np.uint64)),
    ]
    return _HEADER.pack(len(summaries), len(summaries.key)) + b"".join(map(_planes, columns))


def decode(data: bytes) -> Summaries:
    """What `encode` was given; ValueError or IndexError when these are not such bytes."""
    rows, bins = _HEADER.unpack_from(data)
    reader = _Reader(data, _HEADER.size)
    offsets = np.concatenate([[0], np.cumsum(reader.column(rows).view(np.int64))])
    minimum = _unzigzag(reader.column(rows))
    key = _keys(minimum, offsets, reader.column(bins - rows))
    weight = reader.column(bins).view(np.int64) + 1
    maximum = _least_maximum(minimum, key, offsets) + reader.column(rows).view(np.int64)
    inner = [Wide(low=reader.column(rows), high=reader.column(rows).view(np.int64)) for _ in range(2)]
    count = run_sums(weight, offsets[:-1])
    total, squares = _outer(count, minimum, maximum, *inner)
    return Summaries(count, total, squares, minimum, maximum, offsets, key, weight)


def _inner(summaries: Summaries) -> tuple[Wide, Wide]:
    """Sum and sum of squares of (value - minimum) without the greatest value: nothing for up to two observations."""
    first, second = about(summaries.count, summaries.total, summaries.squares, summaries.minimum)
    span = summaries.maximum - summaries.minimum
    return first.minus(Wide.of(span)), second.minus(Wide.of(span).times(span))


def _outer(count: Integers, minimum: Integers, maximum: Integers, first: Wide, second: Wide) -> tuple[Wide, Wide]:
    """Total and squares, from what `_inner` gave."""
    span = maximum - minimum
    return about(count, first.plus(Wide.of(span)), second.plus(Wide.of(span).times(span)), -minimum)


def _least_maximum(minimum: Integers, key: NDArray[np.int16], offsets: Integers) -> Integers:
    """The least that a maximum can be, by the last bin of its row."""
    return np.maximum(lows_of(key[offsets[1:] - 1]), minimum)


def _later_bins(lengths: Integers) -> NDArray[np.bool_]:
    """Which bins are not the first of their row."""
    later = np.ones(int(lengths.sum()), np.bool_)
    later[np.cumsum(lengths) - lengths] = False
    return later


def _keys(minimum: Integers, offsets: Integers, gaps: Unsigned) -> NDArray[np.int16]:
    """Keys from each row's first, which is the minimum's, and the gaps between the others."""
    lengths = np.diff(offsets)
    steps = np.zeros(int(lengths.sum()), np.int64)
    steps[_later_bins(lengths)] = gaps.view(np.int64)
    climbed = np.cumsum(steps)
    base = keys_of(minimum) - climbed[offsets[:-1]] if len(minimum) else minimum
    return (climbed + np.repeat(base, lengths)).astype(np.int16)


def _zigzag(value: Integers) -> Unsigned:
    """Small magnitudes of either sign as small numbers: 0, -1, 1, -2, ... become 0, 1, 2, 3, ..."""
    return ((value << 1) ^ (value >> 63)).view(np.uint64)


def _unzigzag(value: Unsigned) -> Integers:
    signed = value.view(np.int64)
    result: Integers = ((signed >> 1) & (2**63 - 1)) ^ -(signed & 1)
    return result


def _planes(column: Unsigned) -> bytes:
    """The number of planes, then the planes."""
    width = (int(column.max(initial=0)).bit_length() + 7) // 8
    octets = column.astype("<u8").view(np.uint8).reshape(-1, 8)
    return bytes([width]) + octets[:, :width].T.tobytes()


class _Reader:
    """Reads columns one after the other."""

    def __init__(self, data: bytes, position: int) -> None:
        self._data = data
        self._position = position

    def column(self, length: int) -> Unsigned:
        width = self._data[self._position]
        planes = np.frombuffer(self._data, np.uint8, width * length, self._position + 1).reshape(width, length)
        self._position += 1 + width * length
        octets = np.zeros((length, 8), np.uint8)
        octets[:, :width] = planes.T
        return octets.view("<u8").reshape(length).astype(np.uint64, copy=False)
