"""The past of a series as the models need it: whole hours, gaps filled for reading but never learnt from."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from shared.errors import NotEnoughData, RejectedError

LONGEST: Final = 8 * 168
"""Older hours than this are left out: a series of two months ago says little about tomorrow."""


@dataclass(frozen=True, slots=True)
class History:
    """`values` without gaps, and `known`: false where a gap was filled.

    A gap takes the value of the same hour of the nearest earlier day that is known, else of the nearest later one, else
    the last known value before it. What precedes the first known hour is dropped.
    """

    values: NDArray[np.float64]
    known: NDArray[np.bool_]

    @classmethod
    def of(cls, hours: NDArray[np.float64], *, day: int, longest: int = LONGEST) -> Self:
        """Raises NotEnoughData when no hour is known, RejectedError (`infinite`) for infinite values."""
        hours = np.asarray(hours, np.float64)[-longest:]
        if np.isinf(hours).any():
            raise RejectedError("infinite", "a history has no infinite values")
        known = ~np.isnan(hours)
        if not known.any():
            raise NotEnoughData("no hour of the history is known")
        first = int(known.argmax())
        return cls(_filled(hours[first:], day), known[first:])

    def __len__(self) -> int:
        return len(self.values)


def _filled(hours: NDArray[np.float64], day: int) -> NDArray[np.float64]:
    days = -(-len(hours) // day)
    table = np.full((days, day), np.nan)
    table.reshape(-1)[: len(hours)] = hours
    by_hour = _carried(_carried(table)[::-1])[::-1]
    return _carried(by_hour.reshape(-1, 1)).reshape(-1)[: len(hours)]


def _carried(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each gap takes what stands above it."""
    rows = np.where(np.isnan(table), 0, np.arange(len(table))[:, None])
    carried: NDArray[np.float64] = np.take_along_axis(table, np.maximum.accumulate(rows, axis=0), axis=0)
    return carried
