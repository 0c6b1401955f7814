"""Which component caused it: suspects of an incident, ranked over the graph of who calls whom."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RELATIVE_SPREAD = 0.02
"""A spread is at least this share of its level: a series that never moved is not infinitely sure of itself."""
TRUSTED_SPREAD = 0.25
"""And at least this share of the standard deviation: one wild day of the past is part of what is usual."""
NEGLIGIBLE = 0.01
"""And at least this share of the target's own change: less than that explains nothing."""
LEAST_SHARE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Symptoms:
    """What was measured of C components before the incident and in it, in the measure in which the target suffers.

    `usual` is [C, T] of windows before, `incident` [C, W] of a few windows around it, larger is worse (seconds, share
    of errors, dollars); `volume` [C, W] is how many calls stand behind each value of the incident. NaN: not measured.
    `callees[a, b]` says that a calls b. `target` is the component that suffers.
    """

    usual: Floats
    incident: Floats
    volume: Floats
    callees: NDArray[np.bool_]
    target: int


@dataclass(frozen=True, slots=True)
class Suspect:
    """One component, and why it is suspected."""

    component: int
    score: float
    deviation: float
    """How many usual spreads it was worse while the target suffered than beside that."""
    agreement: float
    """Correlation of its deviation with the target's over the windows of the incident, at least 0."""
    share: float
    """Its excess times its calls, over the target's: how much of the trouble it explains, at most 1."""
    callee_deviation: float
    """The largest deviation among what it calls: trouble that it may only pass on."""


def rank_causes(symptoms: Symptoms) -> list[Suspect]:
    """All components that the target calls, directly or not, and itself: the likeliest cause first.

    A cause deviates itself, at the time and in the shape of the target's trouble, explains much of it by its volume,
    and has no callee that deviates as much. The four are weighed alike, on a log scale, so that there is nothing to
    tune. Costs O(C * (T + W + C)).
    """
    z = _deviations(symptoms)
    trouble = _trouble(z[symptoms.target])
    deviation = _contrast(z, trouble)
    agreement = np.clip(_correlation(z, z[symptoms.target]), 0, 1)
    share = _share(symptoms, trouble)
    passed_on = _of_callees(deviation, symptoms.callees)
    score = np.log1p(deviation) + 2 * agreement + np.log(np.clip(share, LEAST_SHARE, 1)) - np.log1p(passed_on)
    suspects = np.flatnonzero(_reached(symptoms.callees, symptoms.target))
    return [
        Suspect(int(i), float(score[i]), float(deviation[i]), float(agreement[i]), float(share[i]), float(passed_on[i]))
        for i in suspects[np.argsort(-score[suspects], kind="stable")]
    ]


def _deviations(symptoms: Symptoms) -> Floats:
    """[C, W]: the incident's values as multiples of the usual spread; 0 where nothing is known."""
    level, spread = _level_and_spread(symptoms.usual)
    change = np.nan_to_num(symptoms.incident - level[:, None])
    negligible = NEGLIGIBLE * np.abs(change[symptoms.target]).max()
    wide = np.broadcast_to(np.maximum(spread, negligible)[:, None], change.shape)
    return np.asarray(np.divide(change, wide, out=np.zeros_like(change), where=wide > 0))


def _level_and_spread(usual: Floats) -> tuple[Floats, Floats]:
    """[C] each: the median and a standard deviation from quantiles, which a few wild windows do not move."""
    low, first, level, third, high = _quantiles(usual, (0.05, 0.25, 0.5, 0.75, 0.95))
    robust = np.maximum((third - first) / 1.349, (high - low) / 3.29)
    bound = np.maximum(TRUSTED_SPREAD * _std(usual), RELATIVE_SPREAD * np.abs(level))
    return level, np.maximum(robust, bound)


def _quantiles(usual: Floats, at: tuple[float, ...]) -> list[Floats]:
    """Of each row's measured values, by linear interpolation; NaN where there are none. One sort for all."""
    ordered = np.sort(usual, axis=1)
    last = np.maximum(np.isfinite(usual).sum(axis=1) - 1, 0)
    place = np.multiply.outer(np.array(at), last)
    below = place.astype(np.intp)
    rows = np.arange(len(usual))
    left, right = ordered[rows, below], ordered[rows, np.minimum(below + 1, last)]
    return list(left + (place - below) * (right - left))


def _std(usual: Floats) -> Floats:
    measured = np.isfinite(usual)
    count = np.maximum(measured.sum(axis=1), 1)
    values = np.where(measured, usual, 0.0)
    mean = values.sum(axis=1) / count
    return np.asarray(np.sqrt((np.where(measured, usual - mean[:, None], 0.0) ** 2).sum(axis=1) / count))


def _trouble(target: Floats) -> Floats:
    """[W] in [0, 1]: how much the target suffered in each window; everywhere alike if it did not."""
    excess = np.clip(target, 0, None)
    return excess / excess.max() if excess.max() > 0 else np.ones_like(excess)


def _contrast(z: Floats, trouble: Floats) -> Floats:
    """[C]: the deviation while the target suffered, less that of the windows beside."""
    during = np.clip(_mean(z, trouble), 0, None)
    beside = np.clip(_mean(z, 1 - trouble), 0, None)
    return np.clip(during - beside, 0, None)


def _mean(values: Floats, weights: Floats) -> Floats:
    total = weights.sum()
    return np.asarray(values @ weights / total) if total > 0 else np.zeros(len(values))


def _correlation(z: Floats, target: Floats) -> Floats:
    """[C]: Pearson's correlation of each row with the target's; 0 for a row that does not move."""
    rows, of_target = z - z.mean(axis=1, keepdims=True), target - target.mean()
    size = np.sqrt((rows**2).sum(axis=1) * (of_target**2).sum())
    return np.asarray(np.divide(rows @ of_target, size, out=np.zeros_like(size), where=size > 0))


def _share(symptoms: Symptoms, trouble: Floats) -> Floats:
    """[C]: excess times volume while the target suffered, less that of the windows beside, over the target's own."""
    level, _ = _level_and_spread(symptoms.usual)
    excess = np.nan_to_num((symptoms.incident - level[:, None]) * symptoms.volume)
    during = (excess - _mean(excess, 1 - trouble)[:, None]) @ trouble
    own = during[symptoms.target]
    return np.clip(during / own, 0, 1) if own > 0 else np.zeros(len(during))


def _of_callees(deviation: Floats, callees: NDArray[np.bool_]) -> Floats:
    others = callees & ~np.eye(len(callees), dtype=bool)
    return np.asarray(np.where(others, deviation[None, :], 0.0).max(axis=1))


def _reached(callees: NDArray[np.bool_], target: int) -> NDArray[np.bool_]:
    reached = np.zeros(len(callees), dtype=bool)
    frontier = [target]
    while frontier:
        reached[frontier] = True
        frontier = list(np.flatnonzero(callees[frontier].any(axis=0) & ~reached))
    return reached
