"""What the next hours add up to: a day's cost, the rest of the month's; with intervals, and the chance of passing a limit.

Errors of neighbouring hours hang together, so the interval of a sum is not the sum of intervals. The backtest's paths are
added up as the actual hours will be, and the spread of those sums by length, which never falls, is the deviation of the
total. There are few such paths and they overlap: Student's distribution, with few degrees of freedom, has its tails.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from shared.forecasts.forecast import Forecast
from shared.forecasts.intervals import rising
from shared.forecasts.student import above, half_width

_EVEN: Final = 0.5
_PATHS_A_FREEDOM: Final = 2
_LEAST_FREEDOM, _MOST_FREEDOM = 3, 30

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Totals:
    """`ends`: hours from now; `point`: float64[ends], the total of all hours up to each; `deviation`: of its error.

    With a forecast that is never below 0 totals never fall, and neither do their bounds and chances. A forecast with no
    earlier origin to learn from has the deviation of its own hourly intervals, as if all hours erred alike.
    """

    ends: NDArray[np.intp]
    point: Floats
    deviation: Floats
    freedom: int
    floor: float | None

    @classmethod
    def of(cls, forecast: Forecast, ends: Sequence[int]) -> Self:
        """`ends` rise and are at most the horizon of the forecast."""
        chosen = np.asarray(ends, np.intp)
        paths = np.where(np.isnan(forecast.paths) & _lived(forecast.paths), forecast.point, forecast.paths)
        errors = np.cumsum(paths - forecast.point, axis=1)[:, chosen - 1]
        deviation, freedom = _deviation(errors, chosen)
        if not freedom:
            deviation = np.cumsum((forecast.upper - forecast.lower) / 2)[chosen - 1] / half_width(
                forecast.coverage, _LEAST_FREEDOM
            )
        freedom = min(_MOST_FREEDOM, max(_LEAST_FREEDOM, freedom // _PATHS_A_FREEDOM))
        return cls(chosen, np.cumsum(forecast.point)[chosen - 1], deviation, freedom, forecast.floor)

    def interval(self, coverage: float) -> tuple[Floats, Floats]:
        """Lower and upper bound of each total."""
        reach = half_width(coverage, self.freedom) * self.deviation
        lower, upper = self.point - reach, self.point + reach
        if self.floor is None:
            return lower, upper
        lower = np.maximum(lower, self.floor * self.ends)
        return (np.maximum.accumulate(lower), upper) if self.floor >= 0 else (lower, upper)

    def chance_above(self, amount: float) -> Floats:
        """The probability that each total passes `amount`; a total without error passes it or not."""
        apart = amount - self.point
        certain = np.where(apart < 0, -np.inf, np.inf)
        deviations = np.divide(apart, self.deviation, out=certain, where=self.deviation > 0)
        chance = above(deviations, self.freedom)
        if self.floor is None:
            return chance
        chance = np.where(amount < self.floor * self.ends, 1.0, chance)
        return np.maximum.accumulate(chance) if self.floor >= 0 else chance

    def passes_at(self, amount: float) -> int | None:
        """The place in `ends` by which the total is more likely than not above `amount`."""
        likely = self.chance_above(amount) > _EVEN
        return int(likely.argmax()) if likely.any() else None


def _lived(paths: Floats) -> NDArray[np.bool_]:
    """False for the hours that an origin has not lived to see: those after the last it knows."""
    return np.asarray(np.cumsum(~np.isnan(paths[:, ::-1]), axis=1)[:, ::-1] > 0)


def _deviation(errors: Floats, ends: NDArray[np.intp]) -> tuple[Floats, int]:
    """The root mean square error of a total by its end, and of how many paths. It never falls, and beyond the ends that
    any path has reached it grows as the number of hours.
    """
    known = ~np.isnan(errors)
    count = known.sum(axis=0)
    if not count.any():
        return np.zeros(len(ends)), 0
    square = np.where(known, np.square(errors), 0.0).sum(axis=0) / np.maximum(count, 1)
    last = int(np.flatnonzero(count)[-1])
    size = np.sqrt(rising(square, count.astype(float)) * (1 + 1 / np.maximum(count, 1)))
    return np.where(ends > ends[last], size[last] * ends / ends[last], size), int(count.max())
