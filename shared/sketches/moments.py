"""Sums and sums of squares of integers, exact; the mean and the deviation that follow from them.

Values are at most 2**48 in magnitude and a run has fewer than 2**31 of them, so a sum of squares stays below 2**127.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.sketches.ordering import run_sums
from shared.sketches.wide import Wide

_BLOCK: Final = 2**14
"""So many values of 48 bits add up to less than 2**63; and such a block stays in the cache."""


def moments_of(value: NDArray[np.int64], starts: NDArray[np.intp]) -> tuple[Wide, Wide]:
    """The sum and the sum of squares of each run of values, the runs beginning at `starts`."""
    blocks = range(0, len(value), _BLOCK)
    edges = np.searchsorted(starts, [*blocks, len(value)])
    totals, squares, pieces = [], [], []
    for block, first, last in zip(blocks, edges, edges[1:], strict=False):
        own = starts[first:last] - block
        cut = own if len(own) and not own[0] else np.append(0, own)
        totals.append(Wide.of(run_sums(value[block : block + _BLOCK], cut)))
        squares.append(_square_sums(value[block : block + _BLOCK], cut))
        pieces.append(cut + block)
    runs = np.searchsorted(np.concatenate(pieces), starts)
    return Wide.concatenate(totals).sums(runs), Wide.concatenate(squares).sums(runs)


def _square_sums(value: NDArray[np.int64], starts: NDArray[np.intp]) -> Wide:
    """The sum of the squares of each run in a block: of (high * 2**24 + low)**2, term by term."""
    low, high = value & (2**24 - 1), value >> 24
    squares, products, tops = (Wide.of(run_sums(term, starts)) for term in (low * low, low * high, high * high))
    return squares.plus(products.shifted(25)).plus(tops.shifted(48))


def about(count: NDArray[np.int64], total: Wide, squares: Wide, center: NDArray[np.int64]) -> tuple[Wide, Wide]:
    """The sum and the sum of squares of (value - center), row by row, from those of the values. Exact."""
    first = total.minus(Wide.of(count).times(center))
    return first, squares.minus(total.plus(first).times(center))


def means_of(count: NDArray[np.int64], total: Wide) -> NDArray[np.float64]:
    return total.floats() / count


def deviations_of(count: NDArray[np.int64], total: Wide, squares: Wide) -> NDArray[np.float64]:
    """The population standard deviation. Taken about the integer next to the mean, so nothing cancels: a thousand
    values round 2**48 that differ by one have a deviation as precise as a thousand round zero.
    """
    center = np.rint(means_of(count, total)).astype(np.int64)
    first, second = about(count, total, squares, center)
    variance = second.floats() / count - (first.floats() / count) ** 2
    deviations: NDArray[np.float64] = np.sqrt(np.maximum(variance, 0.0))
    return deviations
