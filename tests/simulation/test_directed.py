"""Each schedule is harmless to the hub as it stands, and shows what the mutant it was written for does wrong."""

import pytest

from tests.simulation.design import Design
from tests.simulation.directed import SCHEDULES
from tests.simulation.mutants.catalog import MUTANTS
from tests.simulation.segmented import SimulatedSegmentStore
from tests.simulation.stores import SimulatedStateStore
from tests.simulation.watch import Violation

STANDS = [
    (name, state)
    for name in SCHEDULES
    for state in (SimulatedStateStore, SimulatedSegmentStore)
    if state is SimulatedSegmentStore or not name.startswith("segments:")
]
DESIGNS = {mutant.name: mutant.design for mutant in MUTANTS}


@pytest.mark.parametrize(("name", "state"), STANDS)
def test_the_hub_stands_every_directed_schedule(name: str, state: type[SimulatedStateStore]) -> None:
    SCHEDULES[name](Design(state=state))


@pytest.mark.parametrize("name", SCHEDULES)
def test_without_its_safeguard_it_does_not(name: str) -> None:
    with pytest.raises(Violation):
        SCHEDULES[name](DESIGNS[name])
