"""The bins of the quantile sketch: which integer falls into which, and what a bin is worth.

A bin holds the integers low..high with high = floor(101/99 * low); the next begins at high + 1. So the value
2 * low * high / (low + high) is within 1 % of everything in its bin (that is DDSketch with alpha = 1 %, gamma = 101/99,
on integer boundaries), and every integer below 50 has a bin of its own. Key 0 is zero, k is the k-th bin of the
positive integers, -k its mirror image.

Boundaries are exact integers and are compared as integers: the same value has the same key on every machine.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

LARGEST: Final = 2**48
"""The greatest magnitude that has a bin."""

_CELL_BITS: Final = 7
"""A cell is the numbers that share a binary exponent and this many bits of fraction: narrower than any bin."""

_BLOCK: Final = 2**15
"""Values binned at a time: what is computed on the way stays in the cache, which makes it three times as fast."""


def _boundaries() -> list[tuple[int, int]]:
    """Low and high of every bin of the positive integers, in order."""
    bins = []
    low = 1
    while low <= LARGEST:
        high = low * 101 // 99
        bins.append((low, high))
        low = high + 1
    return bins


_BINS: Final = _boundaries()
BIN_COUNT: Final = len(_BINS)
HIGHS: Final[NDArray[np.int64]] = np.array([0, *(high for _, high in _BINS)], np.int64)
"""The last integer of each bin, by key; this array is the definition: key = searchsorted(HIGHS, value)."""
_LOWS: Final = np.concatenate([-HIGHS[:0:-1], [0], HIGHS[:-1] + 1])
_POSITIVE: Final = np.array([2 * low * high / (low + high) for low, high in _BINS])
_ESTIMATES: Final = np.concatenate([-_POSITIVE[::-1], [0.0], _POSITIVE])


def _cell_of(magnitude: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cell of each magnitude + 1 (so that zero has one too), read off the bits of its float."""
    bits = (magnitude + 1).astype(np.float64).view(np.int64)
    cells: NDArray[np.int64] = (bits >> (52 - _CELL_BITS)) - (1023 << _CELL_BITS)
    return cells


def _cells() -> tuple[NDArray[np.int16], NDArray[np.int64]]:
    """For each cell the bin of its least integer, and the last integer of that bin; a cell meets two bins at most."""
    count = int(_cell_of(np.array([LARGEST]))[0]) + 1
    starts = ((np.arange(count) + (1023 << _CELL_BITS)) << (52 - _CELL_BITS)).view(np.float64)
    keys = np.searchsorted(HIGHS, np.ceil(starts).astype(np.int64) - 1)
    return keys.astype(np.int16), HIGHS[keys]


_CELL_KEYS, _CELL_HIGHS = _cells()


def keys_of(value: NDArray[np.int64]) -> NDArray[np.int16]:
    """The key of each value; magnitudes up to LARGEST.

    >>> keys_of(np.array([-3, 0, 49, 50, 51, 52])).tolist()
    [-3, 0, 49, 50, 50, 51]
    """
    keys = np.empty(len(value), np.int16)
    for block in range(0, len(value), _BLOCK):
        keys[block : block + _BLOCK] = _keys_of_block(value[block : block + _BLOCK])
    return keys


def _keys_of_block(value: NDArray[np.int64]) -> NDArray[np.int16]:
    magnitude = np.abs(value)
    cell = _cell_of(magnitude)
    keys: NDArray[np.int16] = _CELL_KEYS[cell] + (magnitude > _CELL_HIGHS[cell])
    keys *= np.sign(value).astype(np.int16)
    return keys


def lows_of(key: NDArray[np.int16]) -> NDArray[np.int64]:
    """The least integer of each bin.

    >>> lows_of(np.array([-50, 0, 49, 50], np.int16)).tolist()
    [-51, 0, 49, 50]
    """
    lows: NDArray[np.int64] = _LOWS[key.astype(np.intp) + BIN_COUNT]
    return lows


def estimates_of(key: NDArray[np.int16]) -> NDArray[np.float64]:
    """The value each bin stands for, within 1 % of everything in it.

    >>> estimates_of(np.array([-3, 0, 49, 50], np.int16)).round(3).tolist()
    [-3.0, 0.0, 49.0, 50.495]
    """
    estimates: NDArray[np.float64] = _ESTIMATES[key.astype(np.intp) + BIN_COUNT]
    return estimates
