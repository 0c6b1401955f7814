"""The use case: each measure of a group is forecast for a day, and what was forecast a day ago is scored."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from functions.forecasting.planning import history_start
from shared.forecasts.forecast import forecast
from shared.forecasts.forecasted import FORECASTED, HOUR, Forecasted, hourly, month_end
from shared.forecasts.issued import HORIZON, Issued, Latest, Record, Rest, Score, Series, issued_of, rest_of
from shared.forecasts.outlook import outlook
from shared.forecasts.past import Group, Past, joined, settled_until
from shared.forecasts.stores import ForecastStore, Task
from shared.windows.rollups import RollupRange, RollupStore, Values
from shared.windows.window import Resolution

LEAST_HOURS: Final = 3
"""A series of fewer known hours is not forecast."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Predicted:
    """How many series were forecast, how many were too short for it, and the scores of those forecast a day ago."""

    series: int
    short: int
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class Predictor:
    """Doing a task twice stores the same twice; a score counts once, by the origin that it is of."""

    rollups: RollupStore
    forecasts: ForecastStore
    clock: Callable[[], datetime]

    def predict(self, task: Task) -> Predicted:
        done = [self._group(task, values) for values in task.groups]
        return Predicted(
            series=sum(each.series for each in done),
            short=sum(each.short for each in done),
            scores=tuple(score for each in done for score in each.scores),
        )

    def _group(self, task: Task, values: Values) -> Predicted:
        found = self._hours(Group(task.tenant, str(task.grouping), values), task.origin)
        enough = {name: history for name, history in found.items() if known_hours(history) >= LEAST_HOURS}
        scores = [
            self._series(Series(task.tenant, str(task.grouping), values, name), history, task.origin)
            for name, history in enough.items()
        ]
        return Predicted(len(enough), len(found) - len(enough), tuple(score for score in scores if score))

    def _hours(self, group: Group, origin: datetime) -> dict[str, Floats]:
        """Of each measure; only what is not kept yet is read from the rollups, and kept once a day."""
        start, now = history_start(origin), self.clock()
        kept = self.forecasts.past(group)
        past = kept if kept and kept.is_good(start, now) else Past(group, start, start, now, {})
        wanted = RollupRange(group.tenant, group.grouping, Resolution.HOUR, past.until, origin, group.values)
        read = hourly(self.rollups.read(wanted), FORECASTED.values(), past.until, origin).get(group.values, {})
        lengths = int((past.until - start) / HOUR), int((origin - past.until) / HOUR)
        found = joined(past.hours(start), read, lengths)
        if found and past.until < (until := settled_until(origin)):
            self.forecasts.keep_past(Past.of(group, found, start=start, until=until, read_at=past.read_at))
        return found

    def _series(self, series: Series, history: Floats, origin: datetime) -> Score | None:
        newest = self.forecasts.newest(series)
        record, score = self._scored(series, history, origin, newest.record if newest else Record())
        made = forecast(history, horizon=HORIZON, coverage=record.level)
        rest = _rest(FORECASTED[series.measure], history, origin, record.level)
        issued = issued_of(
            series,
            made,
            origin=origin,
            issued_at=self.clock(),
            history_hours=known_hours(history),
            rest=rest,
        )
        self.forecasts.put(Latest(issued, record))
        return score

    def _scored(self, series: Series, history: Floats, origin: datetime, record: Record) -> tuple[Record, Score | None]:
        """The forecast whose last hour has just come, by the actual hours."""
        begun = origin - HORIZON * HOUR
        past = self.forecasts.issued(series, begun) if record.is_news(begun) else None
        scored: Issued | None = past.scored(history[-HORIZON:]) if past else None
        if scored is None or scored.score is None:
            return record, None
        self.forecasts.keep_score(scored)
        return record.after(begun, scored.score), scored.score


def known_hours(history: Floats) -> int:
    return int((~np.isnan(history)).sum())


def _rest(measure: Forecasted, history: Floats, origin: datetime, level: float) -> Rest | None:
    if not measure.to_month_end:
        return None
    until = month_end(origin)
    return rest_of(outlook(history, origin=origin, until=until, coverage=level), until)
