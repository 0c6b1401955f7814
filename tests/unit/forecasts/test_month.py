"""A month of hours drawn from a known distribution, forecast day by day."""

import numpy as np
import pytest

from shared.forecasts.forecast import forecast

DAY, WARM_UP, MONTH = 24, 28, 30
KNOWN = 21 * DAY


def known_hours(seed: int) -> np.ndarray:
    """Poisson counts about a daily and weekly shape: nothing but chance separates them from their expectation."""
    hours = np.arange((WARM_UP + MONTH) * DAY)
    expected = 200 * (2 + np.sin(2 * np.pi * hours / 24) + 0.3 * np.sin(2 * np.pi * hours / 168))
    return np.random.default_rng(seed).poisson(expected).astype(float)


def test_intervals_of_95_percent_hold_93_to_97_percent_of_a_simulated_month() -> None:
    series = [known_hours(seed) for seed in (1, 2)]

    inside = [
        (made.lower <= hours[at : at + DAY]) & (hours[at : at + DAY] <= made.upper)
        for hours in series
        for at in range(WARM_UP * DAY, len(hours), DAY)
        for made in [forecast(hours[at - KNOWN : at], horizon=DAY)]
    ]

    assert np.mean(inside) == pytest.approx(0.95, abs=0.02)


def test_clocks_that_change_cost_a_few_days_and_not_the_forecast() -> None:
    hours = known_hours(3)
    shifted = np.concatenate([hours[: 25 * DAY], hours[25 * DAY + 1 :]])

    made, straight = (forecast(one[: 32 * DAY], horizon=DAY) for one in (shifted, hours))

    actual = shifted[32 * DAY : 33 * DAY]
    assert np.abs(made.point - actual).mean() < 2 * np.abs(straight.point - hours[32 * DAY : 33 * DAY]).mean()
    assert np.mean((made.lower <= actual) & (actual <= made.upper)) > 0.8


def test_a_lone_outlier_hardly_moves_the_forecast() -> None:
    hours = known_hours(4)[: 30 * DAY]
    struck = hours.copy()
    struck[-30] *= 30

    made, struck_made = forecast(hours, horizon=DAY), forecast(struck, horizon=DAY)

    assert struck_made.point == pytest.approx(made.point, rel=0.15)


def test_a_gap_is_not_taken_for_zeros() -> None:
    hours = known_hours(5)[: 30 * DAY]
    gap = hours.copy()
    gap[-3 * DAY : -2 * DAY] = np.nan

    made, gap_made = forecast(hours, horizon=DAY), forecast(gap, horizon=DAY)

    assert gap_made.point == pytest.approx(made.point, rel=0.15)
