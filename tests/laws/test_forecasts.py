"""What holds for the forecast of any series."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from shared.forecasts.forecast import Forecast, forecast

law = settings(deadline=None, max_examples=15)

values = st.one_of(st.floats(0, 1e6, width=32), st.just(0.0), st.just(float("nan")), st.sampled_from([1.0, 2.0, 1e9]))
short = st.lists(values, min_size=1, max_size=80).filter(lambda hours: not np.isnan(hours).all()).map(np.array)
seeds = st.integers(0, 2**32 - 1)
lengths = st.sampled_from([3, 30, 100, 260, 330, 620])


def drawn(seed: int, hours: int) -> np.ndarray:
    """A daily pattern with noise, gaps, zeros and outliers."""
    random = np.random.default_rng(seed)
    series = (1 + np.sin(2 * np.pi * np.arange(hours) / 24)) * np.exp(0.3 * random.standard_normal(hours)) * 100
    series[random.random(hours) < 0.03] = np.nan
    series[random.random(hours) < 0.03] = 0
    series[random.random(hours) < 0.01] *= 50
    return series if not np.isnan(series).all() else np.ones(hours)


def close(left: Forecast, right: Forecast, *, times: float = 1.0, plus: float = 0.0) -> None:
    for one, other in ((left.point, right.point), (left.lower, right.lower), (left.upper, right.upper)):
        assert other == pytest.approx(one * times + plus, rel=1e-4, abs=1e-4 * float(np.abs(left.upper).max()) * times)


@law
@given(seeds, lengths, st.sampled_from([1e-3, 7.0, 1e5]))
def test_so_many_times_the_series_has_so_many_times_the_forecast(seed: int, hours: int, times: float) -> None:
    series = drawn(seed, hours)

    close(forecast(series, horizon=24), forecast(times * series, horizon=24), times=times)


@law
@given(seeds, lengths, st.sampled_from([-1000.0, 500.0]))
def test_without_a_floor_the_series_plus_so_much_has_the_forecast_plus_so_much(
    seed: int, hours: int, plus: float
) -> None:
    series = drawn(seed, hours)

    close(forecast(series, horizon=24, floor=None), forecast(series + plus, horizon=24, floor=None), plus=plus)


@law
@given(seeds, lengths)
def test_an_interval_of_more_coverage_contains_that_of_less(seed: int, hours: int) -> None:
    series = drawn(seed, hours)

    made = [forecast(series, horizon=30, coverage=coverage) for coverage in (0.5, 0.8, 0.95, 0.99)]

    for inner, outer in pairwise(made):
        assert (outer.lower <= inner.lower).all()
        assert (inner.upper <= outer.upper).all()


@law
@given(short, st.integers(1, 60))
def test_any_hours_have_a_forecast_never_below_the_floor(hours: np.ndarray, horizon: int) -> None:
    made = forecast(hours, horizon=horizon)

    assert np.isfinite([made.point, made.lower, made.upper]).all()
    assert (made.lower >= 0).all()
    assert ((made.lower <= made.point) & (made.point <= made.upper)).all()


@law
@given(seeds, st.lists(st.integers(1, 700), min_size=2, max_size=4))
def test_more_data_never_breaks_a_forecast(seed: int, lengths_: list[int]) -> None:
    series = drawn(seed, 700)
    series[0] = 1.0

    made = [forecast(series[:hours], horizon=24) for hours in sorted(lengths_)]

    assert all(np.isfinite([one.point, one.lower, one.upper]).all() for one in made)
    assert all((one.lower <= one.upper).all() for one in made)


@law
@given(seeds, lengths)
def test_the_same_past_has_the_same_forecast(seed: int, hours: int) -> None:
    series = drawn(seed, hours)

    first, second = (forecast(series.copy(), horizon=24) for _ in range(2))

    assert np.array_equal(first.upper, second.upper)
    assert np.array_equal(first.paths, second.paths, equal_nan=True)
