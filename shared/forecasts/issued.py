"""A forecast as it was issued; how it did when the actual hours had come; and what that says about the next interval."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from shared.forecasts.forecast import Forecast
from shared.forecasts.outlook import Outlook
from shared.windows.rollups import Values

COVERAGE: Final = 0.95
"""What every interval promises."""
HORIZON: Final = 24
STEP: Final = 0.02
"""How far one forecast's misses move the level (Gibbs and Candes, "Adaptive conformal inference under distribution
shift", 2021); 24 forecasts overlap, so it is small.
"""
LEAST_LEVEL: Final = 0.80
GREATEST_LEVEL: Final = 0.995
_MEMORY: Final = 0.98
"""What a forecast weighs in the record beside the one after it."""


class Series(Struct, frozen=True):
    """A measure of one group of a tenant."""

    tenant: str
    grouping: str
    values: Values
    measure: str


class Score(Struct, frozen=True):
    """Of `hours` that have come: mean absolute error, mean actual value, and the share inside the interval."""

    hours: int
    error: float
    actual: float
    covered: float


class Day(Struct, frozen=True):
    start: datetime
    point: float
    lower: float
    upper: float


class Rest(Struct, frozen=True):
    """Daily totals up to `until`, and all of them together."""

    until: datetime
    days: tuple[Day, ...]
    point: float
    lower: float
    upper: float


class Record(Struct, frozen=True):
    """How a series' forecasts did so far, later ones weighing more, and the level that follows from their misses."""

    level: float = COVERAGE
    forecasts: int = 0
    covered: float | None = None
    error: float | None = None
    scored_until: datetime | None = None

    def after(self, origin: datetime, score: Score) -> "Record":
        """A day's misses above 5 % raise the level of the next interval, fewer lower it; within bounds."""
        level = self.level + STEP * ((1 - score.covered) - (1 - COVERAGE))
        weight = max(1 - _MEMORY, 1 / (self.forecasts + 1))
        return Record(
            level=min(max(level, LEAST_LEVEL), GREATEST_LEVEL),
            forecasts=self.forecasts + 1,
            covered=_moved(self.covered, score.covered, weight),
            error=_moved(self.error, score.error, weight),
            scored_until=origin,
        )

    def is_news(self, origin: datetime) -> bool:
        """Whether a forecast from there has not been counted yet."""
        return self.scored_until is None or origin > self.scored_until


class Issued(Struct, frozen=True):
    """The hours from `origin` on, each with its interval; `level` is what the models were asked, to cover `coverage`."""

    series: Series
    origin: datetime
    issued_at: datetime
    coverage: float
    level: float
    model: str
    history_hours: int
    point: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    backtest_error: float | None
    backtest_coverage: float | None
    rest: Rest | None = None
    score: Score | None = None

    def scored(self, actual: NDArray[np.float64]) -> "Issued":
        """By the hours from `origin` on, NaN where nothing was measured; unscored if none was."""
        known = np.flatnonzero(~np.isnan(actual))
        if not len(known):
            return self
        came = actual[known]
        point, lower, upper = (np.array(bound)[known] for bound in (self.point, self.lower, self.upper))
        score = Score(
            hours=len(known),
            error=float(np.abs(came - point).mean()),
            actual=float(came.mean()),
            covered=float(((lower <= came) & (came <= upper)).mean()),
        )
        return replace(self, score=score)


class Latest(Struct, frozen=True):
    """The newest forecast of a series, and the record of those before it."""

    issued: Issued
    record: Record


def issued_of(  # noqa: PLR0913 (what a forecast is known by)
    series: Series, made: Forecast, *, origin: datetime, issued_at: datetime, history_hours: int, rest: Rest | None
) -> Issued:
    return Issued(
        series=series,
        origin=origin,
        issued_at=issued_at,
        coverage=COVERAGE,
        level=made.coverage,
        model=made.model,
        history_hours=history_hours,
        point=tuple(made.point.tolist()),
        lower=tuple(made.lower.tolist()),
        upper=tuple(made.upper.tolist()),
        backtest_error=_known(made.backtest.error),
        backtest_coverage=_known(made.backtest.coverage),
        rest=rest,
    )


def rest_of(seen: Outlook, until: datetime) -> Rest:
    bounds: Sequence[list[float]] = [seen.point.tolist(), seen.lower.tolist(), seen.upper.tolist()]
    days = tuple(Day(*day) for day in zip(seen.days, *bounds, strict=True))
    return Rest(until, days, *seen.rest)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _moved(before: float | None, value: float, weight: float) -> float:
    return value if before is None else before + weight * (value - before)
