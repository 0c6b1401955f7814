"""Budgets: an amount of money for a calendar period, what is spent of it, and whether it will do."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from shared.forecasts.forecasted import month_end
from shared.forecasts.outlook import Outlook
from shared.windows.groups import grouping_name
from shared.windows.rollups import Values

SCOPES: Final = ((), ("team",), ("model",), ("provider",), ("team", "model"))
"""What a budget may be for, as those dimensions are kept together."""
HYSTERESIS: Final = 0.2
"""So far below its threshold the chance must fall before another rise above it is told."""
MONTHS_IN_A_QUARTER: Final = 3


class Period(StrEnum):
    """Calendar periods in UTC; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"

    def around(self, at: datetime) -> tuple[datetime, datetime]:
        """The period that holds an instant: [start, end).

        >>> from datetime import UTC
        >>> [day.strftime("%Y-%m-%d") for day in Period.QUARTER.around(datetime(2026, 11, 23, 4, tzinfo=UTC))]
        ['2026-10-01', '2027-01-01']
        """
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        if self is Period.DAY:
            return midnight, midnight + timedelta(days=1)
        if self is Period.WEEK:
            monday = midnight - timedelta(days=midnight.weekday())
            return monday, monday + timedelta(days=7)
        if self is Period.MONTH:
            return midnight.replace(day=1), month_end(midnight)
        first = midnight.replace(day=1, month=midnight.month - (midnight.month - 1) % MONTHS_IN_A_QUARTER)
        return first, month_end(month_end(month_end(first)))


class Budget(Struct, frozen=True, kw_only=True):
    """`amount_usd` for each `period`, of the whole tenant or of the team, model or provider that is named.

    `measure`: which cost counts. `threshold`: the probability of a breach from which the budget is at risk.
    """

    id: str
    tenant: str
    name: str
    amount_usd: float
    period: Period
    team: str | None = None
    model: str | None = None
    provider: str | None = None
    measure: str = "computed_cost_usd"
    threshold: float = 0.5

    @property
    def scope(self) -> dict[str, str]:
        named = {"team": self.team, "model": self.model, "provider": self.provider}
        return {dimension: value for dimension, value in named.items() if value is not None}

    @property
    def grouping(self) -> str:
        return grouping_name(tuple(self.scope))

    @property
    def values(self) -> Values:
        return tuple(self.scope.values())


class Driver(Struct, frozen=True):
    """What drives the spend: the value of a dimension whose cost a day has risen most, or that costs most."""

    dimension: str
    value: str | None
    share: float
    """Of the spend of the last day."""
    rise_usd_per_day: float
    """The last day's cost above that of the days before it."""


class Standing(Struct, frozen=True, kw_only=True):
    """How a budget stood at `assessed_at`; without a forecast while there is too little history for one."""

    assessed_at: datetime
    period_start: datetime
    period_end: datetime
    spent_until: datetime
    spent_usd: float
    forecast_usd: float | None = None
    lower_usd: float | None = None
    upper_usd: float | None = None
    coverage: float | None = None
    model: str | None = None
    breach_probability: float | None = None
    breach_day: datetime | None = None
    driver: Driver | None = None
    is_at_risk: bool = False
    is_exceeded: bool = False


class BudgetNotice(StrEnum):
    AT_RISK = "Budget At Risk"
    EXCEEDED = "Budget Exceeded"


class Owed(Struct, frozen=True):
    """Something that people are to be told, with how the budget stood when it happened."""

    id: str
    notice: BudgetNotice
    standing: Standing


class StoredBudget(Struct, frozen=True):
    """`crossings`: how often it was at risk or exceeded so far. `owed`: what is not told yet, in order."""

    budget: Budget
    edition: int = 1
    standing: Standing | None = None
    crossings: int = 0
    owed: tuple[Owed, ...] = ()

    def changed(self, budget: Budget) -> "StoredBudget":
        """Another budget in its place: how it stands is yet to be seen."""
        return replace(self, budget=budget, edition=self.edition + 1, standing=None)

    def assessed(self, standing: Standing) -> "StoredBudget":
        """What is crossed now and was not before is owed, once; a new period begins without any crossing."""
        before = self.standing
        if before is not None and before.period_start != standing.period_start:
            before = None
        now = replace(standing, is_at_risk=_is_at_risk(self.budget, before, standing))
        notice = _crossed(before, now)
        crossings = self.crossings + (notice is not None)
        new = (Owed(f"{self.budget.id}/{crossings}", notice, now),) if notice else ()
        return StoredBudget(self.budget, self.edition + 1, now, crossings, (*self.owed, *new))

    def told(self) -> "StoredBudget":
        return replace(self, edition=self.edition + 1, owed=())


def standing_of(  # noqa: PLR0913 (what a standing follows from)
    budget: Budget,
    *,
    now: datetime,
    origin: datetime,
    spent_usd: float,
    seen: Outlook | None,
    driver: Driver | None,
) -> Standing:
    """`spent_usd` of the period up to `origin`, and what is to be seen from there to its end."""
    start, end = budget.period.around(origin)
    standing = Standing(
        assessed_at=now,
        period_start=start,
        period_end=end,
        spent_until=origin,
        spent_usd=spent_usd,
        driver=driver,
        is_exceeded=spent_usd >= budget.amount_usd,
    )
    if seen is None:
        return standing
    left = budget.amount_usd - spent_usd
    point, lower, upper = (spent_usd + part for part in seen.rest)
    return replace(
        standing,
        forecast_usd=point,
        lower_usd=lower,
        upper_usd=upper,
        coverage=seen.coverage,
        model=seen.model,
        breach_probability=seen.chance_of(left),
        breach_day=None if left <= 0 else seen.day_of(left),
    )


def _is_at_risk(budget: Budget, before: Standing | None, standing: Standing) -> bool:
    if standing.is_exceeded:
        return True
    was = before is not None and before.is_at_risk
    if standing.breach_probability is None:
        return was
    return standing.breach_probability >= budget.threshold - (HYSTERESIS if was else 0.0)


def _crossed(before: Standing | None, now: Standing) -> BudgetNotice | None:
    if now.is_exceeded:
        return None if before and before.is_exceeded else BudgetNotice.EXCEEDED
    if now.is_at_risk and not (before and before.is_at_risk):
        return BudgetNotice.AT_RISK
    return None
