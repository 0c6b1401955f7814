"""The past of a series as the models need it: whole hours, gaps filled for reading but never learnt from."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from shared.errors import NotEnoughData, RejectedError

LONGEST: Final = 8 * 168
"""Older hours than this are left out: a series of two months ago says little about tomorrow."""

_AROUND: Final = 3
_DEVIATIONS: Final = 3.0
_COMMON: Final = 0.9


@dataclass(frozen=True, slots=True)
class History:
    """`values` without gaps, and `known`: false where a gap was filled.

    A gap takes the value of the same hour of the nearest earlier day that is known, else of the nearest later one, else
    the last known value before it. What precedes the first known hour is dropped.
    """

    values: NDArray[np.float64]
    known: NDArray[np.bool_]

    @classmethod
    def of(cls, hours: NDArray[np.float64], *, day: int, horizon: int = 0) -> Self:
        """Raises NotEnoughData when no hour is known, RejectedError (`infinite`) for infinite values."""
        hours = np.asarray(hours, np.float64)[-max(LONGEST, 3 * horizon) :]
        if np.isinf(hours).any():
            raise RejectedError("infinite", "a history has no infinite values")
        known = ~np.isnan(hours)
        if not known.any():
            raise NotEnoughData("no hour of the history is known")
        first = int(known.argmax())
        return cls(_filled(hours[first:], day), known[first:])

    def __len__(self) -> int:
        return len(self.values)

    def tamed(self, scores: NDArray[np.float64], day: int) -> NDArray[np.float64]:
        """The image of the values on a scale, outliers drawn in: what lies further from its hour's median than the hours
        around it do, by more than so many deviations. A step to a new level that lasts four hours is no outlier.
        """
        usual = _by_hour(scores, day)
        apart = scores - usual
        around = np.median(
            np.lib.stride_tricks.sliding_window_view(np.pad(apart, _AROUND, mode="edge"), 2 * _AROUND + 1), axis=1
        )
        lone = apart - around
        limit = _DEVIATIONS * float(np.quantile(np.abs(lone), _COMMON))
        return usual + around + np.clip(lone, -limit, limit) if limit else scores


def _by_hour(scores: NDArray[np.float64], day: int) -> NDArray[np.float64]:
    days = len(scores) // day
    if not days:
        return np.full(len(scores), np.median(scores))
    median = np.median(scores[len(scores) - days * day :].reshape(days, day), axis=0)
    usual: NDArray[np.float64] = median[(np.arange(len(scores)) - len(scores)) % day]
    return usual


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
