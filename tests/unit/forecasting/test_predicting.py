"""What an hour's work comes to, on stores in memory."""

from datetime import timedelta

import numpy as np
import pytest

from functions.forecasting.planning import GROUPS_A_TASK, Planner
from functions.forecasting.predict import Predictor
from shared.forecasts.issued import LEAST_LEVEL, Record, Score, Series
from shared.forecasts.stores import Task
from tests.builders.hours import TENTH, hour_of, publish
from tests.fakes.closed_window_store import InMemoryClosedWindowStore
from tests.fakes.forecast_stores import InMemoryForecastStore, InMemoryTaskQueue
from tests.fakes.rollup_store import InMemoryRollupStore

COST = Series("acme", "model", ("gpt-4o",), "computed_cost_usd")
WAVE = [hour_of({"gpt-4o": 2.0 + np.sin(hour / 24 * 2 * np.pi)}) for hour in range(24)]


@pytest.fixture
def rollups() -> InMemoryRollupStore:
    return InMemoryRollupStore()


@pytest.fixture
def closed() -> InMemoryClosedWindowStore:
    return InMemoryClosedWindowStore()


def predictor(rollups: InMemoryRollupStore, forecasts: InMemoryForecastStore) -> Predictor:
    return Predictor(rollups, forecasts, lambda: TENTH + timedelta(days=20))


def test_every_live_group_is_in_one_task_and_the_tenants_budgets_are_in_one_more(
    rollups: InMemoryRollupStore, closed: InMemoryClosedWindowStore
) -> None:
    models = {f"model-{number}": 1.0 for number in range(GROUPS_A_TASK + 1)}
    origin = publish([hour_of({"silent": 1.0}), *[hour_of(models)] * 3], TENTH, rollups, closed)
    queue = InMemoryTaskQueue()

    planned = Planner(closed, queue).plan()

    tasks = queue.take()
    assert planned == len(tasks)
    assert {task.origin for task in tasks} == {origin}
    assert [len(task.groups) for task in tasks if task.grouping == "model"] == [GROUPS_A_TASK, 1]
    assert ("silent",) not in {values for task in tasks for values in task.groups}
    assert [task.tenant for task in tasks if task.grouping is None] == ["acme"]


def test_nothing_is_planned_before_an_hour_is_closed(closed: InMemoryClosedWindowStore) -> None:
    queue = InMemoryTaskQueue()

    assert Planner(closed, queue).plan() == 0
    assert queue.take() == []


def test_each_measure_of_a_group_is_forecast_for_a_day_and_money_to_the_months_end(
    rollups: InMemoryRollupStore,
) -> None:
    origin = publish(WAVE * 5, TENTH, rollups)
    forecasts = InMemoryForecastStore()

    done = predictor(rollups, forecasts).predict(Task(origin, "acme", "model", (("gpt-4o",), ("unheard",))))

    assert (done.series, done.short) == (6, 0)
    issued = forecasts.latest[COST].issued
    assert (issued.origin, issued.history_hours, len(issued.point)) == (origin, 120, 24)
    assert all(low <= at <= high for low, at, high in zip(issued.lower, issued.point, issued.upper, strict=True))
    assert issued.rest is not None
    assert [day.start.day for day in issued.rest.days] == list(range(15, 31))
    assert issued.rest.point == pytest.approx(sum(day.point for day in issued.rest.days))
    assert issued.rest.point == pytest.approx(2.0 * 24 * 16, rel=0.2)
    assert forecasts.latest[Series("acme", "model", ("gpt-4o",), "requests")].issued.rest is None


def test_a_series_of_two_hours_is_not_forecast(rollups: InMemoryRollupStore) -> None:
    origin = publish(WAVE[:2], TENTH, rollups)

    done = predictor(rollups, InMemoryForecastStore()).predict(Task(origin, "acme", "model", (("gpt-4o",),)))

    assert (done.series, done.short) == (0, 6)


def test_a_forecast_is_scored_once_when_its_day_has_come(rollups: InMemoryRollupStore) -> None:
    first = publish(WAVE * 4, TENTH, rollups)
    forecasts = InMemoryForecastStore()
    predict = predictor(rollups, forecasts).predict
    predict(Task(first, "acme", "model", (("gpt-4o",),)))
    later = publish(WAVE, first, rollups)

    done = predict(Task(later, "acme", "model", (("gpt-4o",),)))
    again = predict(Task(later, "acme", "model", (("gpt-4o",),)))

    scored = forecasts.scored[COST, first]
    assert len(done.scores) == 6
    assert scored.score is not None
    assert scored.score in done.scores
    assert scored.score.hours == 24
    assert again.scores == ()
    record = forecasts.latest[COST].record
    assert (record.forecasts, record.covered, record.scored_until) == (1, scored.score.covered, first)


def test_settled_hours_are_read_once_and_forecast_as_before(rollups: InMemoryRollupStore) -> None:
    origin = publish(WAVE * 10, TENTH, rollups)
    forecasts = InMemoryForecastStore()
    task = Task(origin, "acme", "model", (("gpt-4o",),))
    predictor(rollups, forecasts).predict(task)
    first = forecasts.latest[COST].issued
    settled = {place: rollup for place, rollup in rollups.stored.items() if place[1].end <= origin - timedelta(days=3)}
    for place in settled:
        del rollups.stored[place]

    predictor(rollups, forecasts).predict(task)

    assert settled
    assert forecasts.latest[COST].issued.history_hours == first.history_hours == 240
    assert forecasts.latest[COST].issued.point == pytest.approx(first.point, rel=1e-4)


def test_the_past_is_read_anew_after_a_week(rollups: InMemoryRollupStore) -> None:
    origin = publish(WAVE * 10, TENTH, rollups)
    forecasts = InMemoryForecastStore()
    task = Task(origin, "acme", "model", (("gpt-4o",),))
    predictor(rollups, forecasts).predict(task)
    rollups.stored.clear()

    later = Predictor(rollups, forecasts, lambda: TENTH + timedelta(days=28)).predict(task)

    assert later.series == 0


def test_misses_widen_the_next_intervals_and_hits_narrow_them_within_bounds() -> None:
    missed, hit = (Score(24, 1.0, 1.0, covered) for covered in (0.5, 1.0))
    record = Record()

    after_miss = record.after(TENTH, missed)
    for hour in range(1000):
        record = record.after(TENTH + timedelta(hours=hour), hit)

    assert after_miss.level > Record().level
    assert record.level == LEAST_LEVEL
    assert record.covered == pytest.approx(1.0)
