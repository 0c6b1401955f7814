"""The moments from which the past is forecast again: the present first, then ever earlier ones, whole steps apart."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

MOST: Final = 16
_ROWS: Final = 5
"""An autoregression is fitted where it has at least so many days of rows."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Origins:
    """`at[0]` is the end of the series; `reach` is how many hours back the autoregressions look, 0 for not at all."""

    at: NDArray[np.intp]
    step: int
    reach: int

    @classmethod
    def of(cls, hours: int, horizon: int, day: int, week: int) -> Self:
        """A week and two hours of reach where that leaves enough rows to learn from, else a day and a bit, else none."""
        reach = next((reach for reach in (week + 2, day + 2) if hours >= reach + 2 * _ROWS * day), 0)
        first = reach + _ROWS * day if reach else min(day, max(1, hours // 2))
        step = max(1, min(day, (hours - first) // 4))
        if reach or step == day:
            step *= max(1, min(horizon // (4 * day), (hours - first) // (6 * day)))
        earliest = max(0, min(MOST, (hours - first) // step))
        return cls(hours - step * np.arange(earliest + 1), step, reach)

    def actual(self, series: Floats, known: NDArray[np.bool_], horizon: int) -> Floats:
        """What followed each origin, NaN where not known or still to come: float64[origins, horizon]."""
        padded = np.append(np.where(known, series, np.nan), np.full(horizon, np.nan))
        actual: Floats = padded[self.at[:, None] + np.arange(horizon)]
        return actual
