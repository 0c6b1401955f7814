"""The hub put together from its own stages, over a simulated world; a mutant is the same with one safeguard removed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any
from unittest.mock import patch

from functions.aggregation.aggregate import Aggregator
from functions.aggregation.batch import ArrivedRecord
from functions.heartbeat.beat import Heartbeat
from functions.ingestion.ingest import Ingestion
from functions.ingestion.request import Limits
from functions.rollup.publish import Publisher
from functions.rollup.roll_up import RollUp
from shared.adapters.kinesis import KinesisStream
from shared.errors import TransientError
from shared.packs.pack import PACK_CODEC
from shared.packs.packing import Packing
from shared.packs.stream import StreamRecord
from shared.windows.groups import with_few_measures
from shared.windows.window import Window
from tests.simulation.clients import TENANTS, Client
from tests.simulation.faults import World
from tests.simulation.lanes import Lane, Mapping
from tests.simulation.ledger import FOREIGN_CODEC, Ledger, pricer
from tests.simulation.oracle import Oracle
from tests.simulation.remembered import remembered
from tests.simulation.scenario import CLOSING_DELAY, Scenario
from tests.simulation.scheduler import Scheduler
from tests.simulation.stores import (
    PROGRESS,
    SERVICES,
    SimulatedClosedWindowStore,
    SimulatedQuarantine,
    SimulatedRollupStore,
    SimulatedStateStore,
)
from tests.simulation.stream import HASH_SPACE, Shard, SimulatedKinesis
from tests.simulation.watch import Watch

LIMITS = Limits(4 * 2**20, 16 * 2**20)
ROLLUP_SECONDS = 40
TICK_SECOND = 33
STREAM_SHARDS = 2


@dataclass(frozen=True, slots=True)
class Design:
    """What the hub is made of. As it stands: the real parts, over the simulated stores."""

    state: type[SimulatedStateStore] = SimulatedStateStore
    closed: type[SimulatedClosedWindowStore] = SimulatedClosedWindowStore
    rollups: type[SimulatedRollupStore] = SimulatedRollupStore
    aggregator: type[Aggregator] = Aggregator
    publisher: type[Publisher] = Publisher
    roll_up: type[RollUp] = RollUp
    stream: type[KinesisStream] = KinesisStream
    lane_of: Callable[[ArrivedRecord], int] | None = None
    most_tries: float = float("inf")
    rollup_most_tries: float = float("inf")
    bisects: bool = True
    unticked: int = 0
    grows_partitions: bool = False
    replaced: tuple[tuple[str, Any], ...] = ()
    """Names in the stages' modules, and what stands there instead while the hub runs."""
    scenario: dict[str, Any] = field(default_factory=dict)


class Hub:
    def __init__(self, scenario: Scenario, design: Design) -> None:
        self.scenario = scenario
        self.design = design
        self.rng = Random(scenario.seed + 1)
        self.scheduler = Scheduler(scenario.epoch)
        self.world = World(self.scheduler, self.rng, scenario.faults, scenario.traffic_seconds)
        self.world.plan_outages(SERVICES)
        self.clock = self.scheduler.clock
        self.ledger = Ledger()
        self._assemble_stores()
        self._assemble_readers()
        self.clients = [self._client(number) for number in range(scenario.clients)]

    def _assemble_stores(self) -> None:
        self.changes = {name: [Lane(f"{name}/{n}") for n in range(STREAM_SHARDS)] for name in (PROGRESS, "state")}
        self.state = self.design.state(self.world, self._changed)
        self.closed = self.design.closed(self.world)
        self.rollups = self.design.rollups(self.world)
        self.quarantine = SimulatedQuarantine(self.world)
        self.watch = Watch(self.ledger, self.scenario.partitions)
        self.watch.over(self.state, self.closed, self.quarantine)

    def _assemble_readers(self) -> None:
        self.kinesis = SimulatedKinesis(self.world, self.scenario.shards, self.scenario.lanes)
        self.kinesis.on_record = self.ledger.enter
        self.kinesis.lane_of = self.design.lane_of or self.kinesis.lane_of
        self.aggregation = Mapping(
            "aggregation",
            self.world,
            self.aggregate,
            self.scenario.batch_size,
            2.0,
            most_tries=self.design.most_tries,
            bisects=self.design.bisects,
        )
        self.kinesis.on_shard = self._follow
        windows = {PROGRESS: 0.2, "state": self.scenario.batching_seconds}
        self.doorbells = {
            name: Mapping(
                f"rollup {name}",
                self.world,
                self.roll_up,
                20,
                windows[name],
                most_tries=self.design.rollup_most_tries,
                bisects=self.design.bisects,
            )
            for name in windows
        }

    def _follow(self, shard: Shard) -> None:
        for lane in shard.lanes:
            self.aggregation.follow(lane)

    def _changed(self, key: str) -> None:
        lanes = self.changes[PROGRESS if key == PROGRESS else "state"]
        lanes[hash_of(key) % len(lanes)].append(key)

    def _client(self, number: int) -> Client:
        tenant = TENANTS[number % len(TENANTS)]
        first = 1000 * (number // len(TENANTS)) + 1
        numbers = range(first, first + self.scenario.events_per_client)
        return Client(self.world, self.ingestion, self.scenario, tenant, numbers)

    @property
    def partitions(self) -> int:
        """As ingestion is told."""
        has_grown = self.design.grows_partitions and self.scheduler.now > self.scenario.traffic_seconds / 3
        return self.scenario.partitions + has_grown

    def stream(self) -> "SometimesForeign":
        adapter = self.design.stream(
            self.kinesis,
            "events",
            self.partitions,
            sleep=self.scheduler.sleep,
            uniform=self.rng.uniform,
        )
        return SometimesForeign(adapter, self.world)

    def ingestion(self) -> Ingestion:
        skew = self.rng.choice(self.scenario.host_skew)
        return Ingestion(
            stream=self.stream(),
            packing=Packing(self.partitions, self.scenario.allowed_lateness),
            price=pricer(),
            clock=lambda: self.scheduler.at(self.scheduler.now + skew),
            limits=LIMITS,
        )

    def aggregate(self, batch: Sequence[ArrivedRecord]) -> None:
        self.design.aggregator(self.state, self.quarantine, self.clock, self._in_any_order).aggregate(batch)

    def roll_up(self, keys: Sequence[str]) -> None:
        self._take_time(keys)
        touched = frozenset(Window.from_key(key) for key in keys if key != PROGRESS)
        until = self.scheduler.at(self.scheduler.now + ROLLUP_SECONDS)
        self.roll_up_stage().run(touched, until)

    def _take_time(self, keys: Sequence[str]) -> None:
        """More minutes than fit into an invocation's time make it fail, however often it is tried."""
        if len(set(keys)) > self.scenario.rollup_capacity:
            self.scheduler.sleep(self.rng.uniform(1, 10))
            raise TransientError("out of time")

    def roll_up_stage(self) -> RollUp:
        scenario = self.scenario
        publisher = self.design.publisher(
            self.state, self.closed, self.rollups, scenario.groupings, scenario.series_limit, self.clock
        )
        return self.design.roll_up(self.state, self.closed, publisher, scenario.partitions, CLOSING_DELAY, self.clock)

    def _in_any_order(self, do: Callable[[Any], Any], many: Any) -> Any:
        """As an executor's map: calls overlap, results are in order."""
        given = list(many)
        made = {place: do(given[place]) for place in self.rng.sample(range(len(given)), len(given))}
        return [made[place] for place in range(len(given))]

    def start(self) -> None:
        self.kinesis.open()
        for name, lanes in self.changes.items():
            for lane in lanes:
                self.doorbells[name].follow(lane)
        for client in self.clients:
            self.scheduler.spawn("client", client.run)
        self.scheduler.spawn("ticks", self._tick)
        self.scheduler.spawn("poison", self._poison)
        for _ in range(self.scenario.reshards):
            reshard = self.rng.choice((self.kinesis.split, self.kinesis.split, self.kinesis.merge))
            self.scheduler.spawn("reshard", reshard, self.rng.uniform(0, self.scenario.traffic_seconds))

    def _tick(self) -> None:
        """Once a minute, late by seconds, sometimes not at all, sometimes twice."""
        faults = self.world.faults
        self.scheduler.sleep((TICK_SECOND - self.scenario.epoch.second) % 60)
        while self.scheduler.now < self.scenario.ends_at - 65:
            times = 1 - self.world.happens(faults.missing_tick) + self.world.happens(faults.doubled_tick)
            for _ in range(times):
                beat = Heartbeat(self.stream(), self.scenario.partitions - self.design.unticked, self.clock).beat
                self.world.invoke("heartbeat", beat)
            self.scheduler.sleep(60)

    def _poison(self) -> None:
        rng = self.rng
        while self.scheduler.now < self.world.calm_from:
            self.scheduler.sleep(rng.uniform(5, 20))
            if self.world.happens(self.world.faults.poison * 4):
                self.world.counts["poison records"] += 1
                partition = rng.randrange(self.scenario.partitions)
                key = rng.choice((str(partition), str(partition), "nonsense"))
                data = rng.choice((b"", b"\x01garbage", b"\x02{}", b"\x03", b"\xff" + rng.randbytes(40)))
                self.kinesis.append(key, partition * HASH_SPACE // self.scenario.partitions, data)

    @property
    def lanes(self) -> Iterator[Lane]:
        yield from (lane for shard in self.kinesis.shards for lane in shard.lanes)
        yield from (lane for lanes in self.changes.values() for lane in lanes)

    def play(self) -> None:
        with self.replaced():
            self.start()
            self.scheduler.run(self.scenario.ends_at)
        self.judge(self.lanes)

    def judge(self, lanes: Iterable[Lane] = ()) -> None:
        oracle = Oracle(
            self.scenario,
            self.ledger,
            state=self.state,
            closed=self.closed,
            rollups=self.rollups,
            quarantine=self.quarantine,
        )
        oracle.judge(self.clients, lanes, self.clock())

    @contextmanager
    def replaced(self) -> Iterator[None]:
        """Limits that a handful of events reaches, instead of 300 KB of ids or 100 custom measures."""
        few = partial(with_few_measures, most=self.scenario.most_custom_measures)
        always = (("functions.rollup.publish.with_few_measures", few),)
        small = (
            (("shared.windows.state.FREEZES_AT_BYTES", 420), ("functions.aggregation.commit.LARGEST_BYTES", 600))
            if self.scenario.small_segments
            else ()
        )
        with ExitStack() as stack:
            stack.enter_context(remembered())
            for name, value in (*always, *small, *self.design.replaced):
                stack.enter_context(patch(name, value))
            yield


@dataclass(frozen=True, slots=True)
class SometimesForeign:
    """An event stream some of whose packs only a newer version of the hub could read."""

    stream: KinesisStream
    world: World

    def put(self, records: Sequence[StreamRecord]) -> None:
        self.stream.put([self._foreign(record) for record in records])

    def _foreign(self, record: StreamRecord) -> StreamRecord:
        is_pack = record.data[:1] == PACK_CODEC
        if not is_pack or not self.world.happens(self.world.faults.poison / 2):
            return record
        return StreamRecord(record.partition, FOREIGN_CODEC + record.data[1:])


def hash_of(text: str) -> int:
    """The same in every process."""
    return sum(text.encode())
