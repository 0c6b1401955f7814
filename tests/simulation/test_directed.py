"""Each schedule is harmless to the hub as it stands, and shows what the mutant it was written for does wrong."""

import pytest

from tests.simulation.design import Design
from tests.simulation.directed import SCHEDULES
from tests.simulation.mutants.catalog import MUTANTS
from tests.simulation.watch import Violation

DESIGNS = {mutant.name: mutant.design for mutant in MUTANTS}


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_hub_stands_every_directed_schedule(name: str) -> None:
    SCHEDULES[name](Design())


@pytest.mark.parametrize("name", SCHEDULES)
def test_without_its_safeguard_it_does_not(name: str) -> None:
    with pytest.raises(Violation):
        SCHEDULES[name](DESIGNS[name])
