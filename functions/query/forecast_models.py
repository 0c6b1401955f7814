"""Forecasts, budgets and what-ifs as clients send and read them; the same models make the OpenAPI description."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.forecasts.budget import SCOPES, Period
from shared.windows.groups import grouping_name

Name = Annotated[str, Field(min_length=1, max_length=256)]
CostMeasure = Literal["computed_cost_usd", "reported_cost_usd"]
Summed = Literal["computed_cost_usd", "reported_cost_usd", "requests", "input_tokens", "output_tokens"]


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class ForecastPoint(_Answer):
    start: datetime
    point: float
    lower: Annotated[float, Field(description="Of the prediction interval.")]
    upper: float


class ForecastRest(_Answer):
    """Daily totals up to the month's end, the first day being the rest of today; and all of them together."""

    until: datetime
    days: list[ForecastPoint]
    point: float
    lower: float
    upper: float


class ForecastAnswer(_Answer):
    dimensions: dict[str, str | bool | None]
    origin: Annotated[datetime, Field(description="Where the history ends and the forecast begins.")]
    issued_at: datetime
    coverage: Annotated[float, Field(description="The share of hours that the interval promises to hold.")]
    level: Annotated[float, Field(description="What the models were asked for to keep the promise, by past misses.")]
    model: str
    history_hours: int
    hours: list[ForecastPoint]
    month: Annotated[ForecastRest | None, Field(description="Of cost and tokens only.")]
    backtest_error: Annotated[float | None, Field(description="Mean absolute error at earlier moments.")]
    backtest_coverage: float | None
    scored_forecasts: Annotated[int, Field(description="How many forecasts of this series have come true so far.")]
    realised_error: Annotated[float | None, Field(description="Their mean absolute error, later ones weighing more.")]
    realised_coverage: Annotated[float | None, Field(description="The share of their hours inside the interval.")]


class ForecastsAnswer(_Answer):
    measure: str
    unit: str
    statistic: Literal["sum", "p95"]
    forecasts: list[ForecastAnswer]
    next: Annotated[str | None, Field(description="Parameter `next` of the following page; null on the last.")]


class BudgetInput(_Sent):
    """An amount for each calendar period (UTC), of the whole tenant or of what is named."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    amount_usd: Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
    period: Period = Period.MONTH
    team: Name | None = None
    model: Name | None = None
    provider: Name | None = None
    measure: Annotated[CostMeasure, Field(description="By the hub's prices, or as producers report it.")] = (
        "computed_cost_usd"
    )
    threshold: Annotated[
        float, Field(ge=0.25, le=0.99, description="The probability of a breach from which it is at risk.")
    ] = 0.5

    @model_validator(mode="after")
    def _is_kept_together(self) -> Self:
        named = tuple(name for name in ("team", "model", "provider") if getattr(self, name) is not None)
        if named not in SCOPES:
            kept = ", ".join(grouping_name(scope) for scope in SCOPES)
            raise ValueError(f"there is no cost by {grouping_name(named)}; there is by {kept}")
        return self


class DriverAnswer(_Answer):
    dimension: Literal["model", "team", "provider"]
    value: str | None
    share: Annotated[float, Field(description="Of the last day's spend.")]
    rise_usd_per_day: Annotated[float, Field(description="The last day's cost above a usual day's of the week before.")]


class StandingAnswer(_Answer):
    """How the budget stood when it was looked at last, which is once an hour."""

    assessed_at: datetime
    period_start: datetime
    period_end: datetime
    spent_until: Annotated[datetime, Field(description="The end of the last whole hour that was counted.")]
    spent_usd: float
    forecast_usd: Annotated[float | None, Field(description="Expected by the period's end; null without history.")]
    lower_usd: float | None
    upper_usd: float | None
    coverage: float | None
    model: str | None
    breach_probability: float | None
    breach_day: Annotated[datetime | None, Field(description="Null when no breach is expected.")]
    driver: Annotated[DriverAnswer | None, Field(description="Whose cost has risen most, or is greatest.")]
    is_at_risk: bool
    is_exceeded: bool


class BudgetAnswer(BudgetInput):
    id: str
    tenant: str
    standing: Annotated[StandingAnswer | None, Field(description="Null until it is looked at, within the hour.")]


class BudgetsAnswer(_Answer):
    budgets: list[BudgetAnswer]


class ReplacementInput(_Sent):
    """All calls of `model` answered by another, with as many tokens, at the other's prices."""

    model: Name
    by_provider: Name
    by_model: Name


class WhatIfInput(_Sent):
    measure: Summed = "computed_cost_usd"
    team: Annotated[Name | None, Field(description="Of one team; null for the whole tenant.")] = None
    traffic: Annotated[float, Field(gt=0, le=1000, description="How many times as much traffic.")] = 1.0
    replace: Annotated[ReplacementInput | None, Field(description="Only of computed_cost_usd.")] = None

    @model_validator(mode="after")
    def _is_about_prices(self) -> Self:
        if self.replace and self.measure != "computed_cost_usd":
            raise ValueError("another model changes computed_cost_usd alone")
        return self


class WhatIfCase(_Answer):
    model: str
    hours: list[ForecastPoint]
    month: ForecastRest
    backtest_error: float | None
    backtest_coverage: float | None


class WhatIfAnswer(_Answer):
    """Both cases by the same models, from the same hours."""

    measure: str
    unit: str
    origin: datetime
    coverage: float
    as_it_is: WhatIfCase
    changed: WhatIfCase
