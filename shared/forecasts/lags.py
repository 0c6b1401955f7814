"""Which past hours an autoregression looks at, how strongly it is held back, and how fast it forgets."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Lags = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Autoregression:
    """`hours`: every lag up to this; `around_days`, `around_week`: those within so many hours of whole days and of a week.

    None of a neighbourhood: none of its lags. `ridge` holds the coefficients to zero, or, if `towards` names lags, to
    repeating the value so long ago. `memory` is the weight of a day over that of the day after it.
    """

    name: str
    hours: int
    around_days: int | None
    around_week: int | None
    ridge: float
    towards: tuple[tuple[str, float], ...] = ()
    memory: float = 1.0

    def lags(self, day: int, week: int, longest: int) -> Lags:
        lags = set(range(1, self.hours + 1))
        if self.around_days is not None:
            lags |= _near(range(day, week, day), self.around_days)
        if self.around_week is not None:
            lags |= _near([week], self.around_week)
        return np.array([lag for lag in sorted(lags) if 1 <= lag <= longest], np.intp)

    def prior(self, lags: Lags, day: int, week: int) -> NDArray[np.float64]:
        """What the coefficients are held to."""
        share = {{"day": day, "week": week}[season]: weight for season, weight in self.towards}
        return np.array([share.get(int(lag), 0.0) for lag in lags])


def _near(centres: range | list[int], width: int) -> set[int]:
    return {centre + shift for centre in centres for shift in range(-width, width + 1)}


AUTOREGRESSIONS: Final = (
    Autoregression("hours and days", 25, 1, 2, 1e-3),
    Autoregression("hours and days, free", 25, 1, 2, 1e-4),
    Autoregression("days", 3, 1, 2, 1e-4),
    Autoregression("days, held", 3, 1, 2, 1e-2, (("day", 0.5), ("week", 0.5))),
    Autoregression("two days", 49, None, 2, 1e-4),
    Autoregression("few", 3, 0, 2, 1e-4),
    Autoregression("day and week", 25, None, 2, 1e-3),
    Autoregression("day and week, free", 25, None, 2, 1e-4),
    Autoregression("day and week, to last week", 25, None, 2, 1e-3, (("week", 1.0),)),
    Autoregression("day and week, freest", 25, None, 2, 1e-5),
    Autoregression("day and one week", 25, None, 0, 1e-3),
    Autoregression("two days, freest", 49, None, 2, 1e-5),
    Autoregression("two days and days", 49, 2, 2, 1e-3),
    Autoregression("half a day", 12, 2, 2, 1e-4),
    Autoregression("wide days", 27, 3, 3, 1e-3),
    Autoregression("day and week, recent", 25, None, 2, 1e-4, (), 0.92),
    Autoregression("days, recent", 3, 1, 2, 1e-4, (), 0.92),
    Autoregression("half a day, recent", 12, 2, 2, 1e-3, (), 0.92),
    Autoregression("two days, recent", 49, None, 2, 1e-3, (), 0.92),
)
