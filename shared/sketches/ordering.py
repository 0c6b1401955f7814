"""Sorting pairs of integers and finding the runs in them: what grouping without a loop is made of."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

_PACKED_BITS: Final = 63
_FEW: Final = 8


def in_order(first: Integers, second: Integers) -> tuple[Integers, Integers]:
    """The pairs, at least one, in order of (first, second). Packed in one integer where both fit: one plain sort, no gathering.

    >>> in_order(np.array([2, 1, 2]), np.array([-7, 5, -9]))
    (array([1, 2, 2]), array([ 5, -9, -7]))
    """
    low, least = int(second.min()), int(first.min())
    bits = (int(second.max()) - low).bit_length()
    if (int(first.max()) - least).bit_length() + bits > _PACKED_BITS:
        order = np.lexsort((second, first))
        return first[order], second[order]
    packed = (first - least) << bits
    packed += second - low
    is_nearly_sorted = np.count_nonzero(packed[1:] < packed[:-1]) < _FEW  # as when a few sorted parts are merged
    packed.sort(kind="stable" if is_nearly_sorted else "quicksort")
    return (packed >> bits) + least, (packed & ((1 << bits) - 1)) + low


def run_starts(*columns: NDArray[np.integer]) -> NDArray[np.intp]:
    """Where a run of equal rows begins; there is at least one row."""
    changed = columns[0][1:] != columns[0][:-1]
    for column in columns[1:]:
        changed |= column[1:] != column[:-1]
    return np.concatenate([[0], np.flatnonzero(changed) + 1])


def run_sums(value: Integers, starts: NDArray[np.intp]) -> Integers:
    """The sum of each run. Differences of one running sum: it may wrap, they do not as long as a run's sum fits.

    >>> run_sums(np.array([2**62, 2**62, -5, 2**62]), np.array([0, 1, 3])) - np.array([2**62, 2**62, 2**62])
    array([ 0, -5,  0])
    """
    running = np.zeros(len(value) + 1, np.int64)
    np.cumsum(value, out=running[1:])
    sums: Integers = np.diff(running[np.append(starts, len(value))])
    return sums


def ranges(start: Integers, length: Integers) -> NDArray[np.intp]:
    """The positions start, start + 1, ... of each range, one range after the other.

    >>> ranges(np.array([10, 3]), np.array([2, 3])).tolist()
    [10, 11, 3, 4, 5]
    """
    ends = np.cumsum(length)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(start - ends + length, length) + np.arange(total)
