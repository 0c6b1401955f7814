"""The scale on which a series is modelled: logarithms of what cannot be negative, the plain values of what can."""

import math
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

_NEVER_BELOW: Final = 0.05
"""Values are lifted, before their logarithm is taken, until the lowest is this share of the mean: zeros are no -inf."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps a series onto mean 0 and deviation 1, after a logarithm of (value + lift) unless `lift` is None.

    Equivariant: k times the series has the same image under its own scale; on the plain scale so has the series plus k.
    A series that never changes has deviation 0 and is mapped onto zeros.

    >>> scale = Scale.of(np.array([10.0, 100.0, 1000.0]), floor=0.0)
    >>> scale.values(scale.scores(np.array([500.0]))).round(6)
    array([500.])
    """

    lift: float | None
    centre: float
    spread: float

    @classmethod
    def of(cls, values: NDArray[np.float64], floor: float | None) -> Self:
        """From the known values (no NaN) of a series that is never below `floor`; None: it may be anything."""
        lift = (
            None if floor is None else max(-floor, _NEVER_BELOW * (float(values.mean()) - floor) - float(values.min()))
        )
        if lift is not None and values.min() + lift <= 0:
            lift = 1.0 - float(values.min())
        image = values if lift is None else np.log(values + lift)
        spread = float(image.std())
        return cls(lift, float(image.mean()), spread if math.isfinite(spread) and spread > 0 else 1.0)

    def scores(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        image = values if self.lift is None else np.log(np.maximum(values + self.lift, 1e-300))
        return (image - self.centre) / self.spread

    def values(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        image = scores * self.spread + self.centre
        return image if self.lift is None else np.exp(np.minimum(image, 700.0)) - self.lift
