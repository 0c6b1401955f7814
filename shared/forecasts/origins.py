"""The moments from which the past is forecast again: the present first, then ever earlier ones, whole steps apart."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

MOST: Final = 16
_ROWS: Final = (10, 5, 3)
"""The least number of days that autoregressions with a reach of a week, of two days, of a day learn from."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Origins:
    """`at[0]` is the end of the series; `reach` is how many hours back the autoregressions look, 0 for not at all."""

    at: NDArray[np.intp]
    step: int
    reach: int

    @classmethod
    def of(cls, hours: int, horizon: int, day: int, week: int) -> Self:
        """The reach is the longest that leaves days to learn from and, beside them, days of origins: a week of these or four."""
        tiers = ((week + 2, _ROWS[0], 7), (2 * day + 2, _ROWS[1], 4), (day + 2, _ROWS[2], 4))
        fit = ((reach, reach + rows * day) for reach, rows, spare in tiers if hours >= reach + (rows + spare) * day)
        reach, first = next(fit, (0, min(day, max(1, hours // 2))))
        step = max(1, min(day, (hours - first) // 4))
        if step == day:
            step *= max(1, min(horizon // (4 * day), (hours - first) // (6 * day)))
        earliest = max(0, min(MOST, (hours - first) // step))
        return cls(hours - step * np.arange(earliest + 1), step, reach)

    def actual(self, series: Floats, known: NDArray[np.bool_], horizon: int) -> Floats:
        """What followed each origin, NaN where not known or still to come: float64[origins, horizon]."""
        padded = np.append(np.where(known, series, np.nan), np.full(horizon, np.nan))
        actual: Floats = padded[self.at[:, None] + np.arange(horizon)]
        return actual
