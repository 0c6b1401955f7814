"""A forecast of the next hours, whatever the past looks like."""

import numpy as np
import pytest

from shared.errors import NotEnoughData, RejectedError
from shared.forecasts.forecast import forecast, forecasts
from shared.forecasts.plain import PLAIN

WEEKS = np.arange(24 * 42)
DAILY = 100 + 50 * np.sin(2 * np.pi * WEEKS / 24)


def noisy(hours: int, seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    return np.resize(DAILY, hours) * np.exp(0.1 * random.standard_normal(hours))


@pytest.mark.parametrize("hours", [1, 2, 3, 5, 24, 47, 49, 72, 146, 147, 290, 291, 411, 700])
@pytest.mark.parametrize("horizon", [1, 24, 200])
def test_any_length_of_history_gives_a_finite_interval_round_its_point(hours: int, horizon: int) -> None:
    made = forecast(noisy(hours), horizon=horizon)

    assert len(made.point) == len(made.lower) == len(made.upper) == horizon
    assert np.isfinite([made.point, made.lower, made.upper]).all()
    assert (made.lower >= 0).all()
    assert ((made.lower <= made.point) & (made.point <= made.upper)).all()


def test_a_daily_pattern_is_continued() -> None:
    made = forecast(noisy(24 * 42), horizon=24)

    assert np.abs(made.point / DAILY[:24] - 1).mean() < 0.05
    assert made.backtest.coverage == pytest.approx(0.95, abs=0.04)


@pytest.mark.parametrize("value", [0.0, 7.0])
def test_a_series_that_never_changed_is_expected_not_to(value: float) -> None:
    made = forecast(np.full(500, value), horizon=24)

    assert made.point == pytest.approx(value)
    assert made.upper == pytest.approx(value)


def test_a_history_of_nothing_is_refused() -> None:
    with pytest.raises(NotEnoughData):
        forecast(np.full(48, np.nan), horizon=24)
    with pytest.raises(NotEnoughData):
        forecast(np.array([]), horizon=24)


def test_infinite_values_are_refused() -> None:
    with pytest.raises(RejectedError, match="infinite"):
        forecast(np.array([1.0, np.inf]), horizon=24)


@pytest.mark.parametrize("model", PLAIN)
def test_a_plain_model_can_be_asked_for(model: str) -> None:
    made = forecast(noisy(500), horizon=24, model=model)

    assert made.model == model
    assert np.isfinite(made.upper).all()


def test_many_series_are_forecast_as_one_by_one() -> None:
    histories = np.array([noisy(400, seed) for seed in range(3)])

    together = list(forecasts(histories, horizon=24))

    assert all(
        np.array_equal(made.upper, forecast(one, horizon=24).upper)
        for made, one in zip(together, histories, strict=True)
    )


def test_a_day_of_history_makes_no_interval_a_hundred_times_as_high_as_all_that_was_seen() -> None:
    thousands = [118, 90, 100, 51, 18, 41, 37, 12, 12, 21, 19, 23, 36, 60, 129, 93, 142, 75, 138, 164]

    made = forecast(np.array(thousands, float), horizon=24)

    assert (made.upper < 10 * max(thousands)).all()
    assert np.nanmax(made.paths) < 10 * max(thousands)
