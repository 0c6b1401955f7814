"""What the rules stand on: tail probabilities, patterns that are learned, groups that hang together."""

from datetime import timedelta
from math import comb

import numpy as np
import pytest
from hypothesis import given, strategies as st

from shared.incidents.causality import granger
from shared.incidents.linking import linked
from shared.incidents.patterns import PatternBook
from shared.incidents.tails import binomial_tail, discoveries
from tests.builders.signals import a_signal


@given(st.integers(1, 40), st.integers(0, 40), st.floats(0.01, 0.99))
def test_the_binomial_tail_is_the_sum_of_its_terms(trials: int, successes: int, chance: float) -> None:
    terms = [comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(successes, trials + 1)]

    assert binomial_tail(successes, trials, chance) == pytest.approx(sum(terms), abs=1e-9)


@given(st.lists(st.floats(0, 1), max_size=20))
def test_a_smaller_chance_stands_whenever_a_larger_does(chances: list[float]) -> None:
    standing = discoveries(chances, 0.05)

    assert all(
        standing[one] or not standing[other]
        for one in range(len(chances))
        for other in range(len(chances))
        if chances[one] <= chances[other]
    )


def test_noise_is_held_for_a_cause_as_often_as_was_said() -> None:
    draw = np.random.default_rng(0)
    chances = [granger(draw.normal(size=120), draw.normal(size=120)) for _ in range(400)]

    assert np.mean(np.array(chances) < 0.05) == pytest.approx(0.05, abs=0.03)


def test_too_short_a_past_and_a_series_that_never_moves_say_nothing() -> None:
    moving = np.random.default_rng(0).normal(size=100)

    assert granger(moving[:20], moving[:20]) == 1
    assert granger(np.ones(100), moving) == 1


def test_a_run_that_comes_often_is_learned_and_one_that_came_once_is_not() -> None:
    draw = np.random.default_rng(0)
    noise = [[str(step) for step in draw.integers(0, 50, 3)] for _ in range(60)]

    book = PatternBook().observe([*noise, *[["plan", "search", "loop", "give_up"]] * 6])

    assert book.learned()[0].steps == ("plan", "search", "loop", "give_up")
    assert all(set(pattern.steps) <= {"plan", "search", "loop", "give_up"} for pattern in book.learned())


def test_signals_hang_together_through_others_but_not_over_a_gap() -> None:
    signals = [
        a_signal("a", indicators=("1",)),
        a_signal("b", seconds=50, indicators=("1", "2")),
        a_signal("c", seconds=100, indicators=("2",)),
        a_signal("d", seconds=200, indicators=("2",)),
    ]

    groups = linked(signals, lambda signal: signal.indicators, lambda _: timedelta(seconds=60))

    assert [[signal.id for signal in group] for group in groups] == [["a", "b", "c"]]
