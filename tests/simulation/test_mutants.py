"""Tests of the test: a hub with one safeguard removed is caught within a few seeds, or else by a directed schedule."""

import pytest

from tests.simulation.directed import SCHEDULES
from tests.simulation.mutants.catalog import MUTANTS, Mutant
from tests.simulation.run import run

SEEDS = range(60)
CHANCE_IS_ENOUGH = [mutant for mutant in MUTANTS if mutant.name not in SCHEDULES]


@pytest.mark.parametrize("mutant", CHANCE_IS_ENOUGH, ids=lambda mutant: mutant.name)
def test_the_simulation_catches(mutant: Mutant) -> None:
    caught = (played.failure for played in (run(seed, mutant.design) for seed in SEEDS) if played.failure)

    assert next(caught, None), f"{mutant.name} survived {len(SEEDS)} seeds"


def test_a_directed_schedule_is_for_a_mutant_that_there_is() -> None:
    assert SCHEDULES.keys() <= {mutant.name for mutant in MUTANTS}
