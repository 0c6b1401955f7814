"""Judging windows."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from shared.anomalies.detector import Kind, judge
from shared.anomalies.parameters import Method, Parameters
from shared.anomalies.state import DetectorState
from shared.anomalies.transforms import Transform

START = datetime(2026, 1, 5, tzinfo=UTC)
STEP = timedelta(minutes=5)
TRANSFORMS = np.array([Transform.COUNT, Transform.LATENCY], np.int8)


WINDOWS = 600


@pytest.fixture(scope="module")
def learned() -> DetectorState:
    """A count and a latency that have lived two days of ordinary noise."""
    state, random = DetectorState.empty(2), np.random.default_rng(1)
    for n in range(WINDOWS):
        state, _ = judge(state, START + n * STEP, 5, random.poisson(100, 2).astype(float), TRANSFORMS)
    return state


@pytest.mark.parametrize(("value", "kind"), [(400.0, Kind.SPIKE), (10.0, Kind.DROP), (np.nan, Kind.SILENCE)])
def test_what_was_never_seen_is_alerted_by_its_kind(learned: DetectorState, value: float, kind: Kind) -> None:
    _, judgement = judge(learned, START + WINDOWS * STEP, 5, np.array([value, 100.0]), TRANSFORMS)

    assert judgement.alert.tolist() == [True, False]
    assert judgement.kind.tolist() == [kind, Kind.USUAL]
    assert 60 < judgement.lower[0] < judgement.expected[0] < judgement.upper[0] < 150


def test_a_lasting_change_is_called_a_level_shift_and_alerted_once(learned: DetectorState) -> None:
    state, kinds, alerts = learned, set(), 0
    for n in range(60):
        state, judgement = judge(state, START + (WINDOWS + n) * STEP, 5, np.array([400.0, 400.0]), TRANSFORMS)
        alerts += int(judgement.alert[0])
        kinds |= {Kind(int(judgement.kind[0]))}

    assert 1 <= alerts <= 6
    assert Kind.SPIKE in kinds


def test_a_z_score_rings_at_its_number_of_deviations(learned: DetectorState) -> None:
    classic = Parameters(method=Method.Z_SCORE, z_score=4.0)
    mean, deviation = learned.columns["recent_mean"][1], np.sqrt(learned.columns["recent_variance"][1])

    below, above = (
        judge(learned, START + WINDOWS * STEP, 5, np.array([100.0, np.exp(mean + z * deviation)]), TRANSFORMS, classic)[
            1
        ]
        for z in (3.9, 4.1)
    )

    assert not below.alert[1]
    assert above.alert[1]


def test_a_raised_threshold_holds_back_one_series(learned: DetectorState) -> None:
    values = np.array([400.0, 400.0])

    _, judgement = judge(learned, START + WINDOWS * STEP, 5, values, TRANSFORMS, threshold=np.array([5.0, 1e3]))

    assert judgement.alert.tolist() == [True, False]


def test_nothing_is_expected_of_a_series_that_is_still_learned() -> None:
    state, judgement = judge(DetectorState.empty(1), START, 5, np.array([3.0]), np.array([0], np.int8))
    _, judgement = judge(state, START + STEP, 5, np.array([3e6]), np.array([0], np.int8))

    assert np.isnan(judgement.expected[0])
    assert judgement.score[0] == 0.0


def test_a_latency_of_no_requests_is_not_judged(learned: DetectorState) -> None:
    after, judgement = judge(learned, START + WINDOWS * STEP, 5, np.array([100.0, np.nan]), TRANSFORMS)

    assert judgement.score[1] == 0
    assert after.take([1]).encode() == learned.take([1]).encode()


def test_infinity_is_refused() -> None:
    with pytest.raises(ValueError, match="infinite"):
        judge(DetectorState.empty(1), START, 5, np.array([np.inf]), np.array([0], np.int8))
