"""What the hub is made of; a mutant is the same with one part exchanged."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from functions.aggregation.aggregate import Aggregator
from functions.anomaly.fold import FoldWindows
from functions.redrive.redrive import Redrive
from functions.rollup.publish import Publisher
from functions.rollup.roll_up import RollUp
from shared.adapters.kafka import KafkaStream
from shared.adapters.kinesis import KinesisStream
from shared.packs.arrived import ArrivedRecord
from tests.simulation.detection import SimulatedFoldStore
from tests.simulation.stores import SimulatedClosedWindowStore, SimulatedRollupStore, SimulatedStateStore


@dataclass(frozen=True, slots=True)
class Design:
    """As it stands: the real parts, over the simulated stores."""

    state: type[SimulatedStateStore] = SimulatedStateStore
    closed: type[SimulatedClosedWindowStore] = SimulatedClosedWindowStore
    rollups: type[SimulatedRollupStore] = SimulatedRollupStore
    aggregator: type[Aggregator] = Aggregator
    publisher: type[Publisher] = Publisher
    roll_up: type[RollUp] = RollUp
    redrive: type[Redrive] = Redrive
    folds: type[SimulatedFoldStore] = SimulatedFoldStore
    detector: type[FoldWindows] = FoldWindows
    stream: type[KinesisStream] = KinesisStream
    is_kafka: bool = False
    """Whether events go through a topic instead, by `topic`."""
    topic: type[KafkaStream] = KafkaStream
    lane_of: Callable[[ArrivedRecord], int] | None = None
    most_tries: float = float("inf")
    bisects: bool = True
    unticked: int = 0
    grows_partitions: bool = False
    replaced: tuple[tuple[str, Any], ...] = ()
    """Names in the stages' modules, and what stands there instead while the hub runs."""
    scenario: dict[str, Any] = field(default_factory=dict)
    """What is not drawn, because the mistake shows in no other surroundings."""
