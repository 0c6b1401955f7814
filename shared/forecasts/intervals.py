"""Prediction intervals from what went wrong before: split conformal prediction on rolling origins.

An error is divided by how large errors are so many hours ahead, a curve that never falls; the quantiles of all divided
errors together then give the interval of every horizon. Barber et al., "Predictive inference with the jackknife+", 2021.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_PRIOR: Final = 0.7
"""While there are no errors to learn from: the deviation of the logarithm of what has been seen once."""

Floats = NDArray[np.float64]


def growth(errors: Floats) -> Floats:
    """The usual size of an error by horizon, never falling: float64[horizon], from float64[origins, horizon] with NaN."""
    known = ~np.isnan(errors)
    count = known.sum(axis=0).astype(float)
    size = np.where(known, np.abs(errors), 0.0).sum(axis=0)
    if not count.any():
        return np.ones(errors.shape[1])
    rising = _rising(size / np.maximum(count, 1e-9), count)
    floor = size.sum() / count.sum() * 1e-3
    return np.maximum(rising, floor) if floor > 0 else np.ones_like(rising)


def _rising(values: Floats, weights: Floats) -> Floats:
    """Isotonic regression by pooling adjacent violators; horizons never seen take the size of the last seen one."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        pool = (value, weight, 1)
        while pools and (pools[-1][0] >= pool[0] or not pool[1]):
            before = pools.pop()
            together = before[1] + pool[1]
            pool = (
                (before[0] * before[1] + pool[0] * pool[1]) / together if together else 0.0,
                together,
                before[2] + pool[2],
            )
        pools.append(pool)
    return np.repeat([pool[0] for pool in pools], [pool[2] for pool in pools])


def quantiles(divided: Floats, coverage: float) -> tuple[float, float]:
    """How many usual errors to go down and up, so that `coverage` of the divided errors lies between."""
    seen = divided[~np.isnan(divided)]
    size = np.sort(np.abs(seen))
    rank = min(len(size) - 1.0, coverage * (len(size) + 1) - 1)
    reach = float(np.interp(rank, np.arange(len(size)), size))
    return reach, reach
