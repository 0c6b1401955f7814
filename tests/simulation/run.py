"""One seed from beginning to end."""

from collections import Counter
from dataclasses import dataclass, field, replace

from tests.simulation.design import Design
from tests.simulation.directed import SCHEDULES
from tests.simulation.hub import Hub
from tests.simulation.mutants.catalog import MUTANTS
from tests.simulation.scenario import Scenario
from tests.simulation.segmented import SimulatedSegmentStore
from tests.simulation.watch import Violation

STANDING = (Design(), Design(), Design(state=SimulatedSegmentStore), Design(is_kafka=True))


@dataclass(frozen=True, slots=True)
class Run:
    seed: int
    failure: str | None
    accepted: int
    counts: Counter[str] = field(default_factory=Counter)
    error: BaseException | None = None


def run(seed: int, design: Design | None = None) -> Run:
    """Play a seed; whatever is raised is its failure. The hub as it stands stores state in segments in every fourth,
    and reads a topic of Kafka in another.
    """
    design = design or STANDING[seed % len(STANDING)]
    hub = Hub(replace(Scenario.drawn(seed), **design.scenario), design)
    failure, raised = None, None
    try:
        hub.play()
    except Exception as error:  # noqa: BLE001 a stage that raises what it should not is a finding like any other
        failure, raised = f"{type(error).__name__}: {error}", error
    accepted = sum(len(client.accepted) for client in hub.clients)
    return Run(seed, failure, accepted, hub.world.counts, raised)


def is_caught_directed(name: str) -> bool:
    """Whether a mutant's schedule shows what it does wrong."""
    design = next(mutant.design for mutant in MUTANTS if mutant.name == name)
    try:
        SCHEDULES[name](design)
    except Violation:
        return True
    return False
