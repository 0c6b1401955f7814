"""One seed from beginning to end."""

from collections import Counter
from dataclasses import dataclass, field, replace

from tests.simulation.hub import Design, Hub
from tests.simulation.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Run:
    seed: int
    failure: str | None
    accepted: int
    counts: Counter[str] = field(default_factory=Counter)


def run(seed: int, design: Design | None = None) -> Run:
    """Play a seed; whatever is raised is its failure."""
    design = design or Design()
    hub = Hub(replace(Scenario.drawn(seed), **design.scenario), design)
    failure = None
    try:
        hub.play()
    except Exception as error:  # noqa: BLE001 a stage that raises what it should not is a finding like any other
        failure = f"{type(error).__name__}: {error}"
    accepted = sum(len(client.accepted) for client in hub.clients)
    return Run(seed, failure, accepted, hub.world.counts)
