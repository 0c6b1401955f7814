"""What holds of the detector for any series."""

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings, strategies as st

from shared.anomalies.detector import Judgement, judge
from shared.anomalies.state import DetectorState
from shared.anomalies.transforms import Floats, Transform

START = datetime(2026, 1, 5, tzinfo=UTC)
STEP = timedelta(hours=1)
SERIES = 3
law = settings(deadline=None, max_examples=6)
seeds = st.integers(0, 2**32 - 1)


def values_of(seed: int, windows: int = 60) -> Floats:
    random = np.random.default_rng(seed)
    values = random.lognormal(3, 1, (windows, SERIES))
    values[random.random(values.shape) < 0.05] = np.nan
    return values


def judged(
    values: Floats, transforms: list[int], state: DetectorState | None = None, first: int = 0
) -> tuple[DetectorState, list[Judgement]]:
    codes, judgements = np.array(transforms, np.int8), []
    state = state or DetectorState.empty(len(transforms))
    for number, row in enumerate(values, first):
        state, judgement = judge(state, START + number * STEP, 60, row, codes)
        judgements.append(judgement)
    return state, judgements


def scores(judgements: list[Judgement]) -> Floats:
    return np.array([judgement.score for judgement in judgements])


@law
@given(seeds, st.integers(-40, 40))
def test_the_unit_of_a_plain_measure_does_not_matter(seed: int, exponent: int) -> None:
    values, unit = values_of(seed), 2.0**exponent

    _, here = judged(values, [0] * SERIES)
    _, there = judged(values * unit, [0] * SERIES)

    assert np.allclose(scores(here), scores(there), rtol=1e-4, atol=1e-6)
    assert np.allclose([j.upper * unit for j in here], [j.upper for j in there], rtol=1e-4, equal_nan=True)


@law
@given(seeds, st.permutations(range(SERIES)))
def test_series_do_not_know_of_each_other(seed: int, order: list[int]) -> None:
    values, transforms = values_of(seed), [Transform.COUNT, Transform.LATENCY, Transform.MONEY]

    state, together = judged(values, list(transforms))
    moved, shuffled = judged(values[:, order], [transforms[place] for place in order])

    assert (scores(together)[:, order] == scores(shuffled)).all()
    assert state.take(order).encode() == moved.encode()


@law
@given(seeds, st.integers(0, 60))
def test_a_state_that_is_stored_between_windows_goes_on_as_one_that_is_not(seed: int, cut: int) -> None:
    values, transforms = values_of(seed), [Transform.PLAIN, Transform.COUNT, Transform.RATIO]

    straight, _ = judged(values, list(transforms))
    half, _ = judged(values[:cut], list(transforms))
    stored, _ = judged(values[cut:], list(transforms), DetectorState.decode(half.encode()), first=cut)

    assert stored.encode() == straight.encode()


@law
@given(seeds)
def test_judging_leaves_the_state_it_was_given_alone(seed: int) -> None:
    state, _ = judged(values_of(seed, 30), [0, 1, 3])
    before = state.encode()

    judge(state, START + 30 * STEP, 60, np.array([1e6, np.nan, 5.0]), np.array([0, 1, 3], np.int8))

    assert state.encode() == before


@law
@given(st.floats(0, 1e12), st.sampled_from(list(Transform)))
def test_a_constant_series_never_alerts(value: float, transform: Transform) -> None:
    values = np.full((80, 1), value)

    _, judgements = judged(values, [transform])

    assert scores(judgements).max() == 0.0


def test_a_level_shift_that_lasts_becomes_normal() -> None:
    factors = np.array([3.0, 10.0, 100.0])
    values = np.random.default_rng(5).normal(100, 5, (24 * 21, SERIES))
    values[24 * 7 :] += 100 * (factors - 1)

    _, judgements = judged(values, [0] * SERIES)

    alerts = np.array([judgement.alert for judgement in judgements])
    assert alerts[24 * 7].all()
    assert not alerts[-24 * 7 :].any()
    last = judgements[-1]
    assert ((last.lower < 100 * factors) & (100 * factors < last.upper)).all()
