"""Student's distribution, in numpy: what a deviation estimated from few observations makes of a normal error."""

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

_GRID: Final = np.sinh(np.linspace(0.0, 9.0, 4001))
"""From 0 to 4,052 deviations, closest together where the density is."""

Floats = NDArray[np.float64]


def above(deviations: Floats, freedom: int) -> Floats:
    """The probability of more than so many deviations.

    >>> above(np.array([0.0, 2.228]), 10).round(4).tolist()
    [0.5, 0.025]
    """
    inner = np.interp(np.abs(deviations), _GRID, _half(freedom))
    return np.asarray(0.5 - np.sign(deviations) * inner)


def half_width(coverage: float, freedom: int) -> float:
    """The deviations either way between which a share of `coverage` lies.

    >>> round(half_width(0.95, 10), 3)
    2.228
    """
    return float(np.interp(coverage / 2, _half(freedom), _GRID))


@lru_cache(maxsize=64)
def _half(freedom: int) -> Floats:
    """The probability of lying between 0 and each point of the grid."""
    constant = math.gamma((freedom + 1) / 2) / math.sqrt(freedom * math.pi) / math.gamma(freedom / 2)
    density = constant * (1 + _GRID**2 / freedom) ** (-(freedom + 1) / 2)
    steps = np.diff(_GRID) * (density[1:] + density[:-1]) / 2
    within = np.append(0.0, np.cumsum(steps))
    return np.asarray(within / (2 * within[-1]))
