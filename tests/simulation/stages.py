"""The stages' own use cases, put together over the simulated stores as their handlers do over the real ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.heartbeat.beat import Heartbeat
from functions.ingestion.ingest import Ingestion
from functions.ingestion.request import Limits
from functions.rollup.roll_up import RollUp
from shared.errors import TransientError
from shared.packs.arrived import ArrivedRecord
from shared.packs.pack import PACK_CODEC
from shared.packs.packing import Packing
from shared.packs.stream import EventStream, StreamRecord
from shared.windows.window import Window
from tests.simulation.design import Design
from tests.simulation.failures import SimulatedFailures
from tests.simulation.faults import World
from tests.simulation.ledger import FOREIGN_CODEC, pricer
from tests.simulation.rollout import OfItsRelease, Rollout
from tests.simulation.scenario import CLOSING_DELAY, Scenario
from tests.simulation.stores import PROGRESS, SimulatedClosedWindowStore, SimulatedRollupStore, SimulatedStateStore
from tests.simulation.stream import SimulatedKinesis
from tests.simulation.topic import TOPIC, SimulatedTopic

LIMITS = Limits(4 * 2**20, 16 * 2**20)
WORKING_SECONDS = 40


@dataclass(frozen=True, slots=True)
class Stages:
    """Each is made anew for every invocation, so that nothing is remembered but in the stores."""

    scenario: Scenario
    design: Design
    world: World
    log: SimulatedKinesis | SimulatedTopic
    state: SimulatedStateStore
    closed: SimulatedClosedWindowStore
    rollups: SimulatedRollupStore
    failures: SimulatedFailures
    rollout: Rollout

    @property
    def partitions(self) -> int:
        """As ingestion is told."""
        has_grown = self.design.grows_partitions and self.world.scheduler.now > self.scenario.traffic_seconds / 3
        return self.scenario.partitions + has_grown

    def stream(self) -> OfItsRelease:
        return OfItsRelease(self._stream(), self.rollout)

    def _stream(self) -> EventStream:
        if isinstance(self.log, SimulatedTopic):
            return self.design.topic(self.log.connect, TOPIC, {})
        return self.design.stream(
            self.log,
            "events",
            self.partitions,
            sleep=self.world.scheduler.sleep,
            uniform=self.world.rng.uniform,
        )

    def ingestion(self) -> Ingestion:
        skew = self.world.rng.choice(self.scenario.host_skew)
        return Ingestion(
            stream=SometimesForeign(self.stream(), self.world),
            packing=Packing(self.partitions, self.scenario.allowed_lateness),
            price=lambda events, _tenant: pricer()(events),
            clock=lambda: self.world.scheduler.at(self.world.scheduler.now + skew),
            limits=LIMITS,
        )

    def beat(self) -> None:
        Heartbeat(self.stream(), self.scenario.partitions - self.design.unticked, self._clock).beat()

    def aggregate(self, batch: Sequence[ArrivedRecord]) -> None:
        self.design.aggregator(self.state, self.failures, self._clock, self._in_any_order).aggregate(batch)

    def roll_up(self, keys: Sequence[str]) -> None:
        self._take_time(keys)
        touched = frozenset(Window.from_key(key) for key in keys if key != PROGRESS)
        self.roll_up_stage().run(touched, self._until())

    def redrive(self) -> None:
        self.design.redrive(
            self.failures,
            self.failures,
            self.stream(),
            self._reinvoke,
            self.scenario.partitions,
            frozenset(),
            self._clock,
            self._in_any_order,
        ).run(self._until())

    def _reinvoke(self, function: str, asked: Any) -> None:
        assert function == "rollup"
        self.roll_up([change["dynamodb"]["Keys"]["pk"]["S"] for change in asked["Records"]])

    def _take_time(self, keys: Sequence[str]) -> None:
        """More minutes than fit into an invocation's time make it fail, however often it is tried."""
        if len(set(keys)) > self.scenario.rollup_capacity:
            self.world.scheduler.sleep(self.world.rng.uniform(1, 10))
            raise TransientError("out of time")

    def roll_up_stage(self) -> RollUp:
        scenario = self.scenario
        publisher = self.design.publisher(
            self.state, self.closed, self.rollups, scenario.groupings, scenario.series_limit, self._clock
        )
        return self.design.roll_up(self.state, self.closed, publisher, scenario.partitions, CLOSING_DELAY, self._clock)

    def _clock(self) -> datetime:
        return self.world.scheduler.clock()

    def _until(self) -> datetime:
        """When an invocation that begins now has to come to its end."""
        return self.world.scheduler.at(self.world.scheduler.now + WORKING_SECONDS)

    def _in_any_order(self, do: Callable[[Any], Any], many: Any) -> Any:
        """As an executor's map: calls overlap, results are in order."""
        given = list(many)
        made = {place: do(given[place]) for place in self.world.rng.sample(range(len(given)), len(given))}
        return [made[place] for place in range(len(given))]


@dataclass(frozen=True, slots=True)
class SometimesForeign:
    """An event stream some of whose packs, as they are made, no version of the hub can read yet."""

    stream: EventStream
    world: World

    def put(self, records: Sequence[StreamRecord]) -> None:
        self.stream.put([self._foreign(record) for record in records])

    def _foreign(self, record: StreamRecord) -> StreamRecord:
        is_pack = record.data[:1] == PACK_CODEC
        if not is_pack or not self.world.happens(self.world.faults.poison / 2):
            return record
        return StreamRecord(record.partition, FOREIGN_CODEC + record.data[1:])
