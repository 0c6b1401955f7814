"""The use case: how the budgets of a tenant stand, and what is to be told of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from functions.forecasting.planning import history_start
from functions.forecasting.predict import LEAST_HOURS, known_hours
from functions.forecasting.telling import Teller
from shared.forecasts.budget import Budget, Driver, Standing, StoredBudget, standing_of
from shared.forecasts.forecasted import FORECASTED, HOUR, hourly
from shared.forecasts.outlook import outlook
from shared.forecasts.stores import BudgetStore
from shared.windows.rollups import RollupRange, RollupStore, Values
from shared.windows.window import Resolution

DRIVEN_OVER: Final = timedelta(days=8)
"""The last day beside the week before it."""
_DAY: Final = 24
_FINER: Final[Mapping[str, tuple[tuple[str, int], ...]]] = {
    "total": (("model", 0), ("team", 0), ("provider", 0)),
    "team": (("team+model", 1),),
    "model": (("team+model", 0),),
}
"""Where a budget's cost is looked at closer: the grouping, and the place in it of the dimension that may drive it."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Assessed:
    budgets: int
    notices: int


@dataclass(frozen=True, slots=True)
class Assessor:
    """Whoever changes a budget meanwhile wins: it is assessed again in an hour."""

    rollups: RollupStore
    budgets: BudgetStore
    teller: Teller
    clock: Callable[[], datetime]

    def assess(self, tenant: str, origin: datetime) -> Assessed:
        stored = self.budgets.of_tenant(tenant)
        return Assessed(len(stored), sum(self._assess(each, origin) for each in stored))

    def _assess(self, stored: StoredBudget, origin: datetime) -> int:
        """Older hours than those assessed already are no news."""
        if stored.standing and stored.standing.spent_until > origin:
            return self.teller.tell(stored)
        assessed = stored.assessed(self._standing(stored.budget, origin))
        return self.teller.tell(assessed) if self.budgets.swap(stored, assessed) else 0

    def _standing(self, budget: Budget, origin: datetime) -> Standing:
        period = budget.period.around(origin)
        start = min(history_start(origin), period[0])
        history = self._hours(budget, budget.grouping, start, origin, budget.values).get(budget.values, np.empty(0))
        enough = known_hours(history) >= LEAST_HOURS
        return standing_of(
            budget,
            now=self.clock(),
            origin=origin,
            spent_usd=float(np.nansum(history[int((period[0] - start) / HOUR) :])),
            seen=outlook(history, origin=origin, until=period[1]) if enough else None,
            driver=self._driver(budget, origin) if enough else None,
        )

    def _driver(self, budget: Budget, origin: datetime) -> Driver | None:
        """A dimension with one value only says nothing that the budget does not say itself."""
        found = [
            _driver(grouping.split("+")[place], self._by_value(budget, grouping, place, origin))
            for grouping, place in _FINER.get(budget.grouping, ())
        ]
        known = [driver for driver in found if driver]
        telling = [driver for driver in known if driver.share < 1.0]
        return max(telling or known, key=lambda driver: (driver.rise_usd_per_day, driver.share), default=None)

    def _by_value(self, budget: Budget, grouping: str, place: int, origin: datetime) -> dict[str | None, Floats]:
        """The cost by hour of each value of the dimension, within what the budget is for."""
        hours = self._hours(budget, grouping, origin - DRIVEN_OVER, origin, None)
        within = set(budget.scope.values())
        return {values[place]: each for values, each in hours.items() if within <= set(values)}

    def _hours(
        self, budget: Budget, grouping: str, start: datetime, origin: datetime, values: Values | None
    ) -> dict[Values, Floats]:
        wanted = RollupRange(budget.tenant, grouping, Resolution.HOUR, start, origin, values)
        found = hourly(self.rollups.read(wanted), [FORECASTED[budget.measure]], start, origin)
        return {group: series[budget.measure] for group, series in found.items() if budget.measure in series}


def _driver(dimension: str, hours: Mapping[str | None, Floats]) -> Driver | None:
    last = {value: float(np.nansum(series[-_DAY:])) for value, series in hours.items()}
    spent = sum(last.values())
    if not spent:
        return None
    rises = {value: last[value] - _usual_day(series[:-_DAY]) for value, series in hours.items()}
    value = max(rises, key=lambda each: (rises[each], last[each]))
    return Driver(dimension, value, last[value] / spent, rises[value])


def _usual_day(before: Floats) -> float:
    """Of the hours since there was any cost; 0 if there was none."""
    known = before[~np.isnan(before)]
    return float(known.mean() * _DAY) if len(known) else 0.0
