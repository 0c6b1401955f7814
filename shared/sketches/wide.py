"""Columns of 128-bit integers, added and multiplied in numpy: sums that never round and never overflow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.sketches.ordering import run_sums

Rows = NDArray[np.intp] | NDArray[np.bool_] | slice

_HALF: Final = np.uint64(32)
_LOW_HALF: Final = np.uint64(2**32 - 1)


@dataclass(frozen=True, eq=False, slots=True)
class Wide:
    """Signed 128-bit integers, one a row: high * 2**64 + low. What leaves the range wraps, as int64 does.

    >>> (Wide.of(np.array([2**62, -5])).times(np.array([4, 3]))).integers()
    [18446744073709551616, -15]
    """

    high: NDArray[np.int64]
    low: NDArray[np.uint64]

    @classmethod
    def of(cls, value: NDArray[np.int64]) -> "Wide":
        return cls(value >> 63, value.view(np.uint64))

    @classmethod
    def concatenate(cls, parts: Sequence["Wide"]) -> "Wide":
        return cls(np.concatenate([part.high for part in parts]), np.concatenate([part.low for part in parts]))

    def take(self, rows: Rows) -> "Wide":
        return Wide(self.high[rows], self.low[rows])

    def sums(self, starts: NDArray[np.intp]) -> "Wide":
        """One sum for each run of rows, the runs beginning at `starts`; a run has fewer than 2**31 rows."""
        if len(starts) == len(self.low):
            return self
        bottom = run_sums((self.low & _LOW_HALF).view(np.int64), starts)
        middle = run_sums((self.low >> _HALF).view(np.int64), starts) + (bottom >> 32)
        high = run_sums(self.high, starts) + (middle >> 32)
        return Wide(high, ((middle << 32) | (bottom & 0xFFFFFFFF)).view(np.uint64))

    def shifted(self, bits: int) -> "Wide":
        """Times 2**bits, 0 < bits < 64."""
        carried = (self.low >> np.uint64(64 - bits)).view(np.int64)
        return Wide((self.high << bits) | carried, self.low << np.uint64(bits))

    def plus(self, other: "Wide") -> "Wide":
        low = self.low + other.low
        return Wide(self.high + other.high + (low < self.low), low)

    def minus(self, other: "Wide") -> "Wide":
        return Wide(self.high - other.high - (self.low < other.low), self.low - other.low)

    def times(self, factor: NDArray[np.int64]) -> "Wide":
        """Row by row; schoolbook multiplication in halves of 32 bits."""
        bits = factor.view(np.uint64)
        left, right = self.low & _LOW_HALF, bits & _LOW_HALF
        left_top, right_top = self.low >> _HALF, bits >> _HALF
        bottom = left * right
        cross = left_top * right + (bottom >> _HALF)
        other_cross = left * right_top + (cross & _LOW_HALF)
        carried = left_top * right_top + (cross >> _HALF) + (other_cross >> _HALF)
        low = (other_cross << _HALF) | (bottom & _LOW_HALF)
        high = carried.view(np.int64) + self.high * factor + self.low.view(np.int64) * (factor >> 63)
        return Wide(high, low)

    def floats(self) -> NDArray[np.float64]:
        """The nearest floats, to within a rounding or two."""
        negative = self.high < 0
        zero = Wide(np.zeros_like(self.high), np.zeros_like(self.low))
        opposite = zero.minus(self)
        high = np.where(negative, opposite.high, self.high).view(np.uint64).astype(np.float64)
        low = np.where(negative, opposite.low, self.low).astype(np.float64)
        magnitude = high * 2.0**64 + low
        floats: NDArray[np.float64] = np.where(negative, -magnitude, magnitude)
        return floats

    def integers(self) -> list[int]:
        return [(high << 64) + low for high, low in zip(self.high.tolist(), self.low.tolist(), strict=True)]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Wide):
            return NotImplemented
        return np.array_equal(self.high, other.high) and np.array_equal(self.low, other.low)

    __hash__ = None  # type: ignore[assignment]


def empty_wide() -> Wide:
    return Wide(np.empty(0, np.int64), np.empty(0, np.uint64))
