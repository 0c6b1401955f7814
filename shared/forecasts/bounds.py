"""Intervals in the measure's units: half from errors on the model's scale, half from errors in the units themselves.

On a logarithm errors are shares of the level, in units they are amounts; of a measure nobody knows beforehand which of
the two holds. The mean of both bounds is right when either is, and narrower than the wider one.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from shared.forecasts.intervals import Calibration
from shared.forecasts.scale import Scale

_FURTHEST: Final = 3.0
"""Deviations of the series, on its scale, that an interval of 95 % reaches at most: a logarithm makes more of doubt than
the whole past knows, from 800 times the usual up.
"""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bounds:
    """`scores`: float64[1 + origins, horizon], the forecasts on the scale, the present first; `actual` what came of the
    others, NaN where not known. `floor`: nothing is below it.
    """

    scale: Scale
    scores: Floats
    actual: Floats
    values: Floats
    shares: Calibration
    amounts: Calibration
    floor: float | None

    @classmethod
    def of(  # noqa: PLR0913, PLR0917 (forecasts, what came of them, and when)
        cls, scale: Scale, scores: Floats, actual: Floats, at: NDArray[np.intp], day: int, floor: float | None
    ) -> Self:
        values = scale.values(scores)
        shares = Calibration.of(actual - scores[1:], at, day)
        amounts = Calibration.of(scale.values(actual) - values[1:], at, day)
        return cls(scale, scores, actual, values, shares, amounts, floor)

    @property
    def point(self) -> Floats:
        return self._floored(self.values[0])

    def interval(self, coverage: float, of: int = 0) -> tuple[Floats, Floats]:
        """Lower and upper bound of the present's forecast, or of an origin's, made without that origin."""
        without = of - 1 if of else None
        furthest = _FURTHEST * coverage / 0.95
        share = np.minimum(self.shares.half_width(coverage, without) * self.shares.size[of], furthest)
        amount = self.amounts.half_width(coverage, without) * self.amounts.size[of]
        lower, upper = (
            self._floored((self.scale.values(self.scores[of] + side * share) + self.values[of] + side * amount) / 2)
            for side in (-1, 1)
        )
        return lower, upper

    def error(self) -> float:
        known = ~np.isnan(self.actual)
        if not known.any():
            return float("nan")
        return float(np.abs(self.scale.values(self.actual[known]) - self.values[1:][known]).mean())

    def held(self, coverage: float) -> float:
        """The share of what came that lay inside; NaN before there are two origins."""
        if len(self.actual) <= 1:
            return float("nan")
        actual = self.scale.values(self.actual)
        known = ~np.isnan(actual)
        bounds = [self.interval(coverage, origin) for origin in range(1, len(self.scores))]
        inside = [(lower <= came) & (came <= upper) for (lower, upper), came in zip(bounds, actual, strict=True)]
        return float(np.mean(np.array(inside)[known]))

    def paths(self) -> Floats:
        """float64[origins, horizon]: the present's forecast with the errors of each origin, NaN where these are not known."""
        errors = np.clip(self.actual - self.scores[1:], -_FURTHEST, _FURTHEST)
        share = self.scale.values(self.scores[0] + errors)
        amount = self.values[0] + self.scale.values(self.actual) - self.values[1:]
        return self._floored((share + amount) / 2)

    def _floored(self, values: Floats) -> Floats:
        return values if self.floor is None else np.maximum(values, self.floor)
