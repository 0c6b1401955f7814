"""Prediction intervals from what went wrong before: split conformal prediction on rolling origins.

An error is divided by its usual size, which depends on how many hours ahead it was (a curve that never falls) and on the
hour of the day. A quantile of all divided errors' sizes, those of later origins weighing more, is the half-width of every
horizon, in usual sizes. One quantile a coverage: intervals of more coverage contain those of less.
Barber et al., "Predictive inference with the jackknife+", 2021; "Conformal prediction beyond exchangeability", 2023.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

_MEMORY: Final = 0.95
"""What an origin weighs beside the one after it."""
_TRUST_IN_HOURS: Final = 0.7
"""The power to which the hour of the day counts."""
_DAYS_OF_DOUBT: Final = 4.0
"""So many days on which all hours erred alike are believed to have gone before."""
_TRUST_IN_UNREST: Final = 0.5
"""The power to which it counts that errors have lately been larger, or smaller, than usual."""
_LATELY: Final = 0.5
_DAYS_OF_CALM: Final = 1.0
_OWN_ERRORS: Final = 5.0
"""The errors of one origin hang together: they count as so many."""
_FEW: Final = 0.25
"""How much wider an interval is that rests on one origin: what has not happened yet is larger than what has."""
_ALONE: Final = 2.0
"""With no error to learn from, an interval reaches so many deviations of the series."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """`size`: float64[1 + origins, horizon], the usual error at the present and at each origin; `divided`: the errors by it."""

    size: Floats
    divided: Floats
    weight: Floats

    @classmethod
    def of(cls, errors: Floats, at: NDArray[np.intp], day: int) -> Self:
        """From float64[origins, horizon] with NaN, and the hours of the present and of the origins."""
        weight = _MEMORY ** np.arange(len(errors), dtype=float)
        usual = np.tile(growth(errors, weight), (len(errors) + 1, 1))
        hours = (at[:, None] + np.arange(errors.shape[1])) % day
        usual *= _by_hour(np.abs(errors) / usual[1:], hours[1:], weight, day)[hours]
        usual *= _unrest(np.abs(errors) / usual[1:], at)[:, None]
        return cls(usual, errors / usual[1:], weight)

    def half_width(self, coverage: float, without: int | None = None) -> float:
        """In usual sizes, from all origins or from all but one. Without errors: two at a coverage of 95 %."""
        chosen = ~np.isnan(self.divided)
        if without is not None:
            chosen[without] = False
        if not chosen.any():
            return _ALONE * coverage / 0.95
        size, weight = np.abs(self.divided[chosen]), np.repeat(self.weight, chosen.sum(axis=1))
        lived = int(chosen.any(axis=1).sum())
        return (1 + _FEW / lived) * _quantile(size, weight, coverage * (1 + 1 / (_OWN_ERRORS * lived)))


def growth(errors: Floats, weight: Floats) -> Floats:
    """The usual size of an error by horizon, never falling; 1 while there are no errors, or none but zeros."""
    known = ~np.isnan(errors)
    count = (known * weight[:, None]).sum(axis=0)
    size = (np.where(known, np.abs(errors), 0.0) * weight[:, None]).sum(axis=0)
    if not size.any():
        return np.ones(errors.shape[1])
    least: float = 1e-3 * size.sum() / count.sum()
    usual: Floats = np.maximum(rising(size / np.maximum(count, 1e-12), count), least)
    return usual


def rising(values: Floats, weights: Floats) -> Floats:
    """Isotonic regression by pooling adjacent violators; what weighs nothing takes the value before it.

    >>> rising(np.array([1.0, 3.0, 2.0, 4.0]), np.array([1.0, 1.0, 1.0, 0.0])).tolist()
    [1.0, 2.5, 2.5, 2.5]
    """
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        pool = (value, weight, 1)
        while pools and (pools[-1][0] >= pool[0] or not pool[1]):
            pool = _pooled(pools.pop(), pool)
        pools.append(pool)
    return np.repeat([pool[0] for pool in pools], [pool[2] for pool in pools])


def _pooled(before: tuple[float, float, int], after: tuple[float, float, int]) -> tuple[float, float, int]:
    weight = before[1] + after[1]
    value = (before[0] * before[1] + after[0] * after[1]) / weight if weight else before[0]
    return value, weight, before[2] + after[2]


def _by_hour(divided: Floats, hours: NDArray[np.intp], weight: Floats, day: int) -> Floats:
    """How large errors are at each hour of the day, beside the mean of 1; smoothed with the hours next to it."""
    known = ~np.isnan(divided)
    weights = (known * weight[:, None])[known]
    if not weights @ divided[known]:
        return np.ones(day)
    count = np.bincount(hours[known], weights, day) + _DAYS_OF_DOUBT
    usual = weights @ divided[known] / weights.sum()
    mean = (np.bincount(hours[known], weights * divided[known], day) + _DAYS_OF_DOUBT * usual) / count
    smooth = (np.roll(mean, 1) + 2 * mean + np.roll(mean, -1)) / 4
    shape: Floats = (smooth / smooth.mean()) ** _TRUST_IN_HOURS
    return shape


def _unrest(divided: Floats, at: NDArray[np.intp]) -> Floats:
    """How large errors had lately been at the present and at each origin, beside their mean: float64[1 + origins].

    Of an origin counts what the next one had lived to see; each origin counts less than the one after it, and next to so
    many days of doubt on which all was as usual.
    """
    if not len(divided):
        return np.ones(1)
    lived = divided[:, : at[0] - at[1]]
    known = ~np.isnan(lived)
    count = known.mean(axis=1)
    mean = np.where(known, lived, 0.0).mean(axis=1)
    usual = mean.sum() / max(count.sum(), 1e-12)
    if not usual:
        return np.ones(len(at))
    ago = np.arange(len(divided)) - np.arange(len(at))[:, None]
    weight = np.where(ago >= 0, _LATELY ** np.maximum(ago, 0.0), 0.0)
    lately: Floats = (weight @ mean / usual + _DAYS_OF_CALM) / (weight @ count + _DAYS_OF_CALM)
    return lately**_TRUST_IN_UNREST


def _quantile(values: Floats, weights: Floats, share: float) -> float:
    """The weighted quantile; the largest value from a share of 1 on."""
    order = np.argsort(values)
    cumulative = np.cumsum(weights[order])
    return float(np.interp(share, (cumulative - weights[order] / 2) / cumulative[-1], values[order]))
