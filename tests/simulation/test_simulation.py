"""A few seeds of the whole hub under faults; `make simulate SEEDS=1000` plays many."""

import pytest

from tests.simulation.design import Design
from tests.simulation.run import run
from tests.simulation.segmented import SimulatedSegmentStore


@pytest.mark.parametrize("seed", range(12))
def test_whatever_fails_every_number_is_exact_in_the_end(seed: int) -> None:
    played = run(seed)

    assert played.failure is None
    assert played.accepted > 0


def test_the_same_seed_plays_the_same_twice() -> None:
    first, again = run(7), run(7)

    assert (first.accepted, first.counts) == (again.accepted, again.counts)


def test_segments_are_merged_meanwhile() -> None:
    design = Design(state=SimulatedSegmentStore)

    assert sum(run(seed, design).counts["merges of segments"] for seed in range(6)) > 3
