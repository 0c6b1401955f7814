"""What makes a measure's noise about equal at every level: judged there, shown in the measure's own units."""

from collections.abc import Callable
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]


class Transform(IntEnum):
    """How a series is looked at; a series keeps its transform for life.

    PLAIN leaves values as they are. COUNT takes square roots (Anscombe 1948: Poisson noise then has one spread) and
    reads a window without anything as zero. RATIO takes arcsines of square roots of values in [0, 1]. LATENCY and MONEY
    take logarithms; LATENCY knows no zero, MONEY does.
    """

    PLAIN = 0
    COUNT = 1
    RATIO = 2
    LATENCY = 3
    MONEY = 4


_MONEY_UNIT: Final = 0.01
_COUNTING: Final = 0.5


def forward(values: Floats, codes: Codes) -> Floats:
    """Values on the scale where they are judged; NaN stays NaN.

    >>> forward(np.array([5.0, 15.625, 1.0]), np.array([0, 1, 2], np.int8)).round(4).tolist()
    [5.0, 8.0, 1.5708]
    """
    floor = np.maximum(values, 0.0)
    judged = values.copy()
    for code, scaled in _FORWARD.items():
        rows = codes == code
        judged[rows] = scaled(floor[rows])
    return judged


def grain(codes: Codes) -> Floats:
    """The least spread that a median of values is compared with: counts are never more even than half of Poisson noise.

    A series that is nearly always 0 has no median distance, and a 1 in it is nothing to speak of.
    """
    return np.where(codes == Transform.COUNT, _COUNTING, 0.0)


def backward(judged: Floats, codes: Codes) -> Floats:
    """The inverse of `forward`, for expectations and bounds; what lies beyond a measure's range is its end."""
    values = judged.copy()
    for code, unscaled in _BACKWARD.items():
        rows = codes == code
        values[rows] = unscaled(judged[rows])
    return values


_FORWARD: Final[dict[Transform, Callable[[Floats], Floats]]] = {
    Transform.COUNT: lambda x: 2.0 * np.sqrt(x + 0.375),
    Transform.RATIO: lambda x: np.arcsin(np.sqrt(np.minimum(x, 1.0))),
    Transform.LATENCY: lambda x: np.log(np.maximum(x, 1e-9)),
    Transform.MONEY: lambda x: np.log(x + _MONEY_UNIT),
}
_BACKWARD: Final[dict[Transform, Callable[[Floats], Floats]]] = {
    Transform.COUNT: lambda y: np.maximum((np.maximum(y, 0.0) / 2.0) ** 2 - 0.375, 0.0),
    Transform.RATIO: lambda y: np.sin(np.clip(y, 0.0, np.pi / 2)) ** 2,
    Transform.LATENCY: lambda y: np.exp(np.minimum(y, 700.0)),
    Transform.MONEY: lambda y: np.maximum(np.exp(np.minimum(y, 700.0)) - _MONEY_UNIT, 0.0),
}
