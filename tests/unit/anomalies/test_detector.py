"""Judging windows."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from shared.anomalies.detector import Kind, judge
from shared.anomalies.state import DetectorState
from shared.anomalies.transforms import Transform

START = datetime(2026, 1, 5, tzinfo=UTC)
STEP = timedelta(minutes=5)


def learned(transform: Transform, windows: int = 2000) -> DetectorState:
    state, random = DetectorState.empty(1), np.random.default_rng(1)
    for n in range(windows):
        state, _ = judge(
            state, START + n * STEP, 5, random.poisson(100, 1).astype(float), np.array([transform], np.int8)
        )
    return state


@pytest.mark.parametrize(("value", "kind"), [(400.0, Kind.SPIKE), (10.0, Kind.DROP), (np.nan, Kind.SILENCE)])
def test_what_was_never_seen_is_alerted_by_its_kind(value: float, kind: Kind) -> None:
    state = learned(Transform.COUNT)

    _, judgement = judge(state, START + 2000 * STEP, 5, np.array([value]), np.array([Transform.COUNT], np.int8))

    assert judgement.alert[0]
    assert judgement.kind[0] == kind
    assert 60 < judgement.lower[0] < judgement.expected[0] < judgement.upper[0] < 150


def test_a_latency_of_no_requests_is_not_judged() -> None:
    state = learned(Transform.LATENCY)

    after, judgement = judge(state, START + 2000 * STEP, 5, np.array([np.nan]), np.array([Transform.LATENCY], np.int8))

    assert judgement.score[0] == 0
    assert after.columns["level"] == state.columns["level"]


def test_infinity_is_refused() -> None:
    with pytest.raises(ValueError, match="infinite"):
        judge(DetectorState.empty(1), START, 5, np.array([np.inf]), np.array([0], np.int8))
