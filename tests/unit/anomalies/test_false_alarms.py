"""How often the detector rings when nothing is wrong, on seeded noise at 5 minutes."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pytest
from numpy.random import Generator

from shared.anomalies.detector import judge
from shared.anomalies.state import DetectorState
from shared.anomalies.transforms import Floats, Transform

SERIES, DAYS, RESOLUTION = 40, 7, 5
Noise = Callable[[Generator, float], Floats]


def poisson_with_a_day(random: Generator, day: float) -> Floats:
    return random.poisson(50.0 * day, SERIES).astype(float)


def sparse_counts(random: Generator, day: float) -> Floats:
    return random.poisson(0.2 * day, SERIES).astype(float)


def heavy_tailed_latencies(random: Generator, _: float) -> Floats:
    return np.exp(0.3 * random.standard_t(4, SERIES))


def error_ratios(random: Generator, _: float) -> Floats:
    return random.binomial(50, 0.05, SERIES) / 50


def money_with_a_day(random: Generator, day: float) -> Floats:
    return random.gamma(2.0, 5.0 * day, SERIES)


KINDS: Final[dict[str, tuple[Noise, Transform, float]]] = {
    "poisson": (poisson_with_a_day, Transform.COUNT, 0.5),
    "sparse": (sparse_counts, Transform.COUNT, 1.5),
    "latency": (heavy_tailed_latencies, Transform.LATENCY, 3.0),
    "ratio": (error_ratios, Transform.RATIO, 0.5),
    "money": (money_with_a_day, Transform.MONEY, 1.5),
}


@pytest.fixture(scope="module")
def alerts() -> dict[str, float]:
    """Alerts per series and week, by kind of noise; the first day is warm-up."""
    random, total = np.random.default_rng(7), np.zeros(SERIES * len(KINDS))
    state, codes = (
        DetectorState.empty(len(total)),
        np.repeat([code for _, code, _ in KINDS.values()], SERIES).astype(np.int8),
    )
    for window in range(DAYS * 24 * 60 // RESOLUTION):
        minute = window * RESOLUTION
        day = 1.0 + 0.7 * np.sin(2.0 * np.pi * minute / 1440.0)
        values = np.concatenate([noise(random, day) for noise, _, _ in KINDS.values()])
        state, judgement = judge(state, np.full(len(total), minute), RESOLUTION, values, codes)
        total += judgement.alert
    return dict(zip(KINDS, total.reshape(len(KINDS), SERIES).mean(axis=1).tolist(), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_noise_rings_at_most_so_often_a_series_and_week(alerts: dict[str, float], kind: str) -> None:
    assert alerts[kind] <= KINDS[kind][2]
