"""The cause of an incident, ranked over the graph of calls."""

import numpy as np
import pytest

from shared.incidents.ranking import Suspect, Symptoms, rank_causes

CONSOLE, SEARCH, STORE, CACHE, ASIDE = range(5)
CALLS = [(CONSOLE, SEARCH), (SEARCH, STORE), (CONSOLE, CACHE)]
SLOW = np.array([0, 0.9, 1.0, 0.8, 0])


def symptoms(excess: dict[int, float], *, volume: float = 100.0, seed: int = 0) -> Symptoms:
    """Five components of about a second each; the target and some others are slower in the middle three windows."""
    draw = np.random.default_rng(seed)
    usual, incident = draw.normal(1, 0.05, (5, 300)), draw.normal(1, 0.05, (5, 5))
    for component, seconds in excess.items():
        incident[component] += seconds * SLOW
    callees = np.zeros((5, 5), dtype=bool)
    callees[tuple(zip(*CALLS, strict=True))] = True
    return Symptoms(usual, incident, np.full((5, 5), volume), callees, CONSOLE)


def order(suspects: list[Suspect]) -> list[int]:
    return [suspect.component for suspect in suspects]


def test_the_deepest_component_that_is_slow_comes_first() -> None:
    ranked = rank_causes(symptoms({CONSOLE: 1, SEARCH: 1, STORE: 1}))

    assert order(ranked)[0] == STORE


def test_a_component_that_is_slow_by_itself_is_its_own_cause() -> None:
    ranked = rank_causes(symptoms({CONSOLE: 1}))

    assert order(ranked)[0] == CONSOLE


def test_what_the_target_never_calls_is_no_suspect() -> None:
    ranked = rank_causes(symptoms({CONSOLE: 1, ASIDE: 5}))

    assert ASIDE not in order(ranked)


def test_a_callee_that_was_slow_at_another_time_comes_behind() -> None:
    case = symptoms({CONSOLE: 1, SEARCH: 1})
    case.incident[CACHE] += 5 * (1 - SLOW)

    ranked = rank_causes(case)

    assert order(ranked)[0] == SEARCH


def test_a_callee_with_few_calls_explains_little() -> None:
    case = symptoms({CONSOLE: 1, SEARCH: 1, CACHE: 1})
    case.volume[CACHE] = 1

    suspects = {suspect.component: suspect for suspect in rank_causes(case)}

    assert suspects[CACHE].share < 0.05
    assert suspects[SEARCH].share > 0.5


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_the_unit_of_the_measure_changes_nothing(factor: float) -> None:
    case = symptoms({CONSOLE: 1, SEARCH: 1})
    scaled = Symptoms(case.usual * factor, case.incident * factor, case.volume, case.callees, case.target)

    assert [suspect.score for suspect in rank_causes(scaled)] == pytest.approx(
        [suspect.score for suspect in rank_causes(case)]
    )


def test_a_component_that_was_never_measured_is_not_blamed() -> None:
    case = symptoms({CONSOLE: 1, SEARCH: 1})
    case.usual[CACHE] = case.incident[CACHE] = np.nan

    suspects = {suspect.component: suspect for suspect in rank_causes(case)}

    assert suspects[CACHE].deviation == suspects[CACHE].share == 0


def test_a_share_of_errors_that_was_always_zero_can_still_stand_out() -> None:
    case = symptoms({})
    errors = Symptoms(np.zeros((5, 300)), np.zeros((5, 5)), case.volume, case.callees, CONSOLE)
    errors.incident[[CONSOLE, SEARCH]] = 3 * SLOW

    ranked = rank_causes(errors)

    assert order(ranked)[0] == SEARCH


def test_nothing_wrong_is_nobodys_fault() -> None:
    flat = Symptoms(np.ones((5, 9)), np.ones((5, 3)), np.ones((5, 3)), symptoms({}).callees, CONSOLE)

    ranked = rank_causes(flat)

    assert all(suspect.deviation == 0 for suspect in ranked)
