"""Sums and sums of squares of integers, exact; the mean and the deviation that follow from them.

Values are at most 2**48 in magnitude and a run has fewer than 2**31 of them, so a sum of squares stays below 2**127.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.sketches.wide import Wide

_LOW_24: Final = np.uint64(2**24 - 1)
_LOW_23: Final = np.uint64(2**23 - 1)


def sums_of(value: NDArray[np.int64], starts: NDArray[np.intp]) -> Wide:
    """The sum of each run of values, the runs beginning at `starts`."""
    bottom = np.add.reduceat(value & 0xFFFFFFFF, starts)
    top = np.add.reduceat(value >> 32, starts) + (bottom >> 32)
    return Wide(top >> 32, ((top << 32) | (bottom & 0xFFFFFFFF)).view(np.uint64))


def square_sums_of(value: NDArray[np.int64], starts: NDArray[np.intp]) -> Wide:
    """The sum of the squares of each run: a square is below * 1 + above * 2**48, added up in limbs of 24 bits."""
    magnitude = np.abs(value).view(np.uint64)
    low, high = magnitude & _LOW_24, magnitude >> np.uint64(24)
    cross = low * high
    below = low * low + ((cross & _LOW_23) << np.uint64(25))
    above = high * high + (cross >> np.uint64(23))
    limbs = [
        np.add.reduceat(part, starts) for half in (below, above) for part in (half & _LOW_24, half >> np.uint64(24))
    ]
    for limb in range(3):
        limbs[limb + 1] += limbs[limb] >> np.uint64(24)
    first, second, third, fourth = limbs
    bottom = (first & _LOW_24) | ((second & _LOW_24) << np.uint64(24)) | (third << np.uint64(48))
    top = ((third & _LOW_24) >> np.uint64(16)) | (fourth << np.uint64(8))
    return Wide(top.view(np.int64), bottom)


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
