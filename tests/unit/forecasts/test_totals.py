"""What the next hours add up to, and when that passes an amount."""

import numpy as np
import pytest

from shared.forecasts.forecast import Forecast, forecast
from shared.forecasts.totals import Totals

ENDS = list(range(24, 241, 24))


def cost(seed: int = 3, hours: int = 960) -> np.ndarray:
    random = np.random.default_rng(seed)
    daily = 10 + 6 * np.sin(2 * np.pi * np.arange(hours) / 24)
    return daily * np.exp(0.2 * random.standard_normal(hours))


@pytest.fixture(scope="module")
def made() -> Forecast:
    return forecast(cost(), horizon=240)


def test_a_total_is_the_sum_of_its_hours(made: Forecast) -> None:
    totals = Totals.of(made, ENDS)

    assert totals.point == pytest.approx(np.cumsum(made.point)[np.array(ENDS) - 1])


def test_errors_that_hang_apart_make_a_total_more_certain_than_its_hours(made: Forecast) -> None:
    lower, upper = Totals.of(made, ENDS).interval(0.95)

    assert (upper - lower)[-1] < (made.upper - made.lower).sum() / 2
    assert (np.diff(lower) >= 0).all()


def test_the_chance_of_passing_an_amount_agrees_with_the_interval(made: Forecast) -> None:
    totals = Totals.of(made, ENDS)

    lower, upper = totals.interval(0.9)

    assert totals.chance_above(float(upper[-1]))[-1] == pytest.approx(0.05, abs=0.001)
    assert totals.chance_above(float(lower[-1]))[-1] == pytest.approx(0.95, abs=0.001)
    assert totals.chance_above(float(totals.point[-1]))[-1] == pytest.approx(0.5)


def test_the_chance_rises_with_time_and_falls_with_the_amount(made: Forecast) -> None:
    totals = Totals.of(made, ENDS)

    chances = np.array([totals.chance_above(amount) for amount in (-1.0, 500.0, 1000.0, 2000.0, 1e6)])

    assert (np.diff(chances, axis=1) >= 0).all()
    assert (np.diff(chances, axis=0) <= 0).all()
    assert (chances[0] == 1).all()


def test_the_day_of_crossing_is_that_on_which_the_total_passes(made: Forecast) -> None:
    totals = Totals.of(made, ENDS)

    assert totals.passes_at(float(totals.point[3]) - 1) == 3
    assert totals.passes_at(float(totals.point[-1]) * 2) is None
    assert totals.passes_at(-1.0) == 0


def test_a_constant_series_has_totals_without_error() -> None:
    totals = Totals.of(forecast(np.full(500, 2.0), horizon=48), [24, 48])

    assert totals.interval(0.95)[1] == pytest.approx([48.0, 96.0])
    assert totals.chance_above(50.0).tolist() == [0.0, 1.0]


def test_beyond_what_any_path_has_seen_errors_grow_with_the_hours() -> None:
    totals = Totals.of(forecast(cost(hours=120), horizon=720), [24, 360, 720])

    assert totals.deviation[2] == pytest.approx(2 * totals.deviation[1])


def test_one_hour_of_history_leaves_the_total_wide_open() -> None:
    totals = Totals.of(forecast(np.array([5.0]), horizon=24), [24])

    lower, upper = totals.interval(0.95)

    assert lower[0] == 0
    assert upper[0] > 240


def test_a_total_of_what_may_be_negative_may_be_negative() -> None:
    balance = np.random.default_rng(1).standard_normal(500)

    totals = Totals.of(forecast(balance, horizon=24, floor=None), [24])

    assert totals.interval(0.95)[0][0] < 0
    assert 0 < totals.chance_above(0.0)[0] < 1
