"""What is read from a summary is what numpy and exact arithmetic say of the observations."""

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, strategies as st

from shared.sketches.bins import LARGEST, estimates_of, keys_of
from shared.sketches.summaries import Summary
from tests.laws.observed import law, summarised, values

QUANTILES = (0.0, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0)
SHAPES = {
    "latencies": lambda random, size: np.exp(random.normal(13, 1.5, size)),
    "heavy tail": lambda random, size: random.pareto(0.8, size) * 100 + 1,
    "two peaks": lambda random, size: (
        np.where(random.random(size) < 0.5, 1_000, 1_000_000) * random.uniform(0.9, 1.1, size)
    ),
    "small counts": lambda random, size: random.poisson(3, size),
    "both signs": lambda random, size: random.normal(0, 1e6, size),
    "extreme": lambda random, size: random.uniform(-LARGEST, LARGEST, size),
}


def summary_of(seen: list[int]) -> Summary:
    return summarised([(0, value) for value in seen])[1][0]


@law
@given(values)
def test_a_bin_stands_for_its_values_within_a_hundredth(value: int) -> None:
    (estimate,) = estimates_of(keys_of(np.array([value]))).tolist()

    assert abs(Fraction(estimate) - value) <= Fraction(1, 100) * abs(value) * (1 + Fraction(1, 10**12))


@law
@given(st.lists(values, min_size=1, max_size=80), st.floats(0, 1))
def test_a_quantile_is_within_a_hundredth_of_the_observation_at_its_rank(seen: list[int], q: float) -> None:
    exact = int(np.quantile(np.array(seen), q, method="lower"))

    assert summary_of(seen).quantile(q) == pytest.approx(exact, rel=0.01 + 1e-12, abs=0)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [1, 2, 100, 101, 20_000])
def test_quantiles_hold_for_the_shapes_we_meet(shape: str, size: int) -> None:
    seen = SHAPES[shape](np.random.default_rng(7), size).astype(np.int64)
    summary = summary_of(seen.tolist())

    exact = np.quantile(seen, QUANTILES, method="lower")

    assert [summary.quantile(q) for q in QUANTILES] == pytest.approx(exact.tolist(), rel=0.01 + 1e-12, abs=0)


@law
@given(st.lists(values, min_size=1, max_size=80))
def test_quantiles_never_leave_what_was_seen_nor_fall(seen: list[int]) -> None:
    summary = summary_of(seen)

    read = [summary.quantile(q) for q in QUANTILES]

    assert min(seen) <= read[0]
    assert read[-1] <= max(seen)
    assert read == sorted(read)


@law
@given(st.lists(values, min_size=1, max_size=80))
def test_mean_and_deviation_are_exact_to_the_last_digits(seen: list[int]) -> None:
    summary = summary_of(seen)
    mean = Fraction(sum(seen), len(seen))
    variance = sum((value - mean) ** 2 for value in seen) / len(seen)

    assert summary.mean() == pytest.approx(float(mean), rel=1e-15, abs=0)
    assert summary.std_dev() == pytest.approx(sqrt(variance), rel=1e-14, abs=0)


@law
@given(st.integers(-LARGEST + 100, LARGEST - 100), st.lists(st.integers(-100, 100), min_size=2, max_size=50))
def test_a_deviation_does_not_depend_on_where_the_values_lie(center: int, steps: list[int]) -> None:
    far, near = summary_of([center + step for step in steps]), summary_of(steps)

    assert far.std_dev() == pytest.approx(near.std_dev(), rel=1e-14, abs=0)
