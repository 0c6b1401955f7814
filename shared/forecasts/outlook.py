"""Totals of a series up to a coming instant, by day and altogether, with intervals and the chance to pass an amount.

All up to the end of a day is a total of `totals`. A day by itself is taken as log-normal: what the forecast's paths would
come to in it, beside what is expected, gives its spread; of days that no path has lived to see, their first hours do.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.forecasts.forecast import Forecast, forecast
from shared.forecasts.forecasted import HOUR
from shared.forecasts.totals import Totals

UNKNOWN_SPREAD: Final = 1.0
"""With no error to learn from, a day may have three times or a third of what is expected, one time in four."""
_WIDEST: Final = 2.0
_LIVED_HOURS: Final = 24
"""Paths that have lived to see a day speak for longer totals."""
_TINY: Final = 1e-9

Floats = NDArray[np.float64]
_NORMAL: Final = NormalDist()


@dataclass(frozen=True, slots=True)
class Outlook:
    """`days`: the start of each UTC day, the first being the rest of today; `point`, `lower`, `upper`: float64[days].

    `totals` are of all up to the end of each day.
    """

    days: tuple[datetime, ...]
    point: Floats
    lower: Floats
    upper: Floats
    totals: Totals
    coverage: float
    model: str

    @property
    def rest(self) -> tuple[float, float, float]:
        """Expected, least and most of everything up to the end."""
        lower, upper = self.totals.interval(self.coverage)
        return float(self.totals.point[-1]), float(lower[-1]), float(upper[-1])

    def chance_of(self, amount: float) -> float:
        """The probability that everything up to the end comes to more than `amount`."""
        return 1.0 if amount <= 0 else float(self.totals.chance_above(amount)[-1])

    def day_of(self, amount: float) -> datetime | None:
        """The first day by whose end `amount` is more likely passed than not; None if there is none."""
        passed = self.totals.passes_at(amount)
        return None if passed is None else self.days[passed]


def outlook(history: Floats, *, origin: datetime, until: datetime, coverage: float = 0.95) -> Outlook:
    """From `origin`, the end of `history` (float64[hours], NaN a gap), to `until`, a later whole hour.

    Raises NotEnoughData when no hour is known.
    """
    made = forecast(history, horizon=int((until - origin) / HOUR), coverage=coverage)
    days, starts, ends = _days(origin, until)
    sums = np.concatenate([[0.0], np.cumsum(made.point)])
    point = sums[ends] - sums[starts]
    width = np.exp(_deviations(coverage) * _spreads(made, starts, ends))
    totals = Totals.of(made, ends.tolist())
    return Outlook(days, point, point / width, point * width, totals, coverage, made.model)


def _days(origin: datetime, until: datetime) -> tuple[tuple[datetime, ...], NDArray[np.int64], NDArray[np.int64]]:
    """Each day's start, and its hours from the first to the one behind the last."""
    midnight = origin.replace(hour=0, minute=0, second=0, microsecond=0)
    count = -(-(until - midnight) // timedelta(days=1))
    days = [midnight + timedelta(days=number) for number in range(count)]
    starts = [max(0, int((day - origin) / HOUR)) for day in days]
    last = int((until - origin) / HOUR)
    return tuple(days), np.array(starts), np.array([*starts[1:], last])


def _spreads(made: Forecast, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Floats:
    return np.array([_spread(made, start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)])


def _spread(made: Forecast, start: int, end: int) -> float:
    """Of the total of [start, end): from the paths as far as they have lived, or over their first hours if not at all."""
    lived = (~np.isnan(made.paths)).sum(axis=1)
    least = start + min(end - start, _LIVED_HOURS)
    paths = made.paths[lived >= least]
    if not len(paths):
        paths, start = made.paths[lived > 0], 0
    if not len(paths):
        return UNKNOWN_SPREAD
    known = ~np.isnan(paths[:, start:end])
    came = np.where(known, paths[:, start:end], 0.0).sum(axis=1)
    expected = (made.point[start:end] * known).sum(axis=1)
    apart = np.log((came + _TINY) / (expected + _TINY))
    return float(np.clip(np.sqrt(np.mean(apart**2) * (1 + 2 / len(apart))), 1e-3, _WIDEST))


def _deviations(coverage: float) -> float:
    return _NORMAL.inv_cdf((1 + coverage) / 2)
