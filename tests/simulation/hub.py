"""The hub put together from its own stages, over a simulated world."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from random import Random
from typing import Any
from unittest.mock import patch

from shared.windows.groups import with_few_measures
from tests.simulation.clients import TENANTS, Client
from tests.simulation.design import Design
from tests.simulation.detection import SimulatedDetection
from tests.simulation.failures import SimulatedFailures
from tests.simulation.faults import World
from tests.simulation.lanes import Lane, Mapping
from tests.simulation.ledger import Ledger
from tests.simulation.oracle import Oracle
from tests.simulation.remembered import remembered
from tests.simulation.rollout import Rollout
from tests.simulation.scenario import Scenario
from tests.simulation.scheduler import Scheduler
from tests.simulation.stages import Stages
from tests.simulation.stores import (
    PROGRESS,
    SERVICES,
)
from tests.simulation.stream import HASH_SPACE, Shard, SimulatedKinesis
from tests.simulation.topic import SimulatedTopic
from tests.simulation.watch import Watch

REDRIVE_SECONDS = 50
TICK_SECOND = 33
STREAM_SHARDS = 2
MOST_SMALL_SEGMENTS = 3


class Hub:
    def __init__(self, scenario: Scenario, design: Design) -> None:
        self.scenario = scenario
        self.design = design
        self.rng = Random(scenario.seed + 1)
        self.scheduler = Scheduler(scenario.epoch)
        self.world = World(self.scheduler, self.rng, scenario.faults, scenario.traffic_seconds)
        self.world.plan_outages(SERVICES)
        self.clock = self.scheduler.clock
        self.rollout = Rollout(self.world, scenario.rollout)
        self.ledger = Ledger()
        self._assemble_stores()
        self._assemble_readers()
        self.clients = [self._client(number) for number in range(scenario.clients)]

    def _assemble_stores(self) -> None:
        self.changes = {name: [Lane(f"{name}/{n}") for n in range(STREAM_SHARDS)] for name in (PROGRESS, "state")}
        self.state = self.design.state(self.world, self._changed)
        self.closed = self.design.closed(self.world)
        self.rollups = self.design.rollups(self.world)
        self.failures = SimulatedFailures(self.world)
        self.detection = SimulatedDetection(
            self.scenario, self.scheduler, self.closed, self.design.folds, self.design.detector
        )
        self.log = self._log()
        self.stages = Stages(
            self.scenario,
            self.design,
            self.world,
            self.log,
            state=self.state,
            closed=self.closed,
            rollups=self.rollups,
            failures=self.failures,
            rollout=self.rollout,
        )
        self.watch = Watch(
            self.ledger,
            self.scenario.partitions,
            forgives_age=self.scenario.gives_up_after < float("inf"),
        )
        self.watch.over(self.state, self.closed, self.failures)

    def _log(self) -> SimulatedKinesis | SimulatedTopic:
        if self.design.is_kafka:
            return SimulatedTopic(self.world, self.scenario.partitions)
        return SimulatedKinesis(self.world, self.scenario.shards, self.scenario.lanes)

    def _assemble_readers(self) -> None:
        self.log.on_record = self.ledger.enter
        self.log.lane_of = self.design.lane_of or self.log.lane_of
        self.aggregation = self._mapping("aggregation", self.stages.aggregate, self.scenario.batch_size, 2.0)
        self.log.on_shard = self._follow
        windows = {PROGRESS: 0.2, "state": self.scenario.batching_seconds}
        self.doorbells = {name: self._mapping("rollup", self.stages.roll_up, 20, windows[name]) for name in windows}

        self.anomaly = Mapping("anomaly", self.detection.world, self.detection.run, 20, 0.2)

    def _mapping(self, function: str, invoke: Callable[[Any], None], batch_size: int, seconds: float) -> Mapping:
        return Mapping(
            function,
            self.world,
            invoke,
            batch_size,
            seconds,
            give_up=lambda batch: self.failures.keep_batch(function, batch),
            most_tries=self.design.most_tries,
            most_seconds=self.scenario.gives_up_after,
            bisects=self.design.bisects,
        )

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
        return Client(self.world, self.stages.ingestion, self.scenario, tenant, numbers)

    def start(self) -> None:
        self.log.open()
        if self.design.is_kafka:
            self.aggregation.follow_as_group([lane for shard in self.log.shards for lane in shard.lanes])
        for name, lanes in self.changes.items():
            for lane in lanes:
                self.doorbells[name].follow(lane)
        for lane in self.detection.bells.lanes:
            self.anomaly.follow(lane)
        for client in self.clients:
            self.scheduler.spawn("client", client.run)
        self.scheduler.spawn("ticks", self._tick)
        self.scheduler.spawn("poison", self._poison)
        self.scheduler.spawn("redrive", self._redrive_now_and_then)
        for _ in range(self.scenario.reshards):
            reshard = self.rng.choice((self.log.split, self.log.split, self.log.merge))
            self.scheduler.spawn("reshard", reshard, self.rng.uniform(0, self.scenario.traffic_seconds))

    def _tick(self) -> None:
        """Once a minute, late by seconds, sometimes not at all, sometimes twice."""
        faults = self.world.faults
        self.scheduler.sleep((TICK_SECOND - self.scenario.epoch.second) % 60)
        while self.scheduler.now < self.scenario.ends_at - 65:
            times = 1 - self.world.happens(faults.missing_tick) + self.world.happens(faults.doubled_tick)
            for _ in range(times):
                lateness = self.rng.uniform(0, 12) if self.world.happens(0.5) else 0.0
                self.world.invoke("heartbeat", self.stages.beat, lateness)
            self.scheduler.sleep(60)

    def _redrive_now_and_then(self) -> None:
        while self.scheduler.now < self.scenario.ends_at - REDRIVE_SECONDS:
            self.scheduler.sleep(REDRIVE_SECONDS)
            if self.failures.still_given_up:
                self.world.invoke("redrive", self.stages.redrive)

    def _poison(self) -> None:
        rng = self.rng
        while self.scheduler.now < self.world.calm_from:
            self.scheduler.sleep(rng.uniform(5, 20))
            if self.world.happens(self.world.faults.poison * 4):
                self.world.counts["poison records"] += 1
                partition = rng.randrange(self.scenario.partitions)
                key = rng.choice((str(partition), str(partition), "nonsense"))
                data = rng.choice((b"", b"\x01garbage", b"\x02{}", b"\x03", b"\xff" + rng.randbytes(40)))
                self.log.append(key, partition * HASH_SPACE // self.scenario.partitions, data)

    @property
    def lanes(self) -> Iterator[Lane]:
        yield from (lane for shard in self.log.shards for lane in shard.lanes)
        yield from (lane for lanes in self.changes.values() for lane in lanes)
        yield from self.detection.bells.lanes

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
            failures=self.failures,
        )
        lanes = list(lanes)
        oracle.judge(self.clients, lanes, self.clock())
        if lanes:
            self.detection.judge()

    @contextmanager
    def replaced(self) -> Iterator[None]:
        """Limits that a handful of events reaches, instead of 300 KB of ids or 100 custom measures."""
        few = partial(with_few_measures, most=self.scenario.most_custom_measures)
        always = (
            ("functions.rollup.publish.with_few_measures", few),
            ("shared.windows.segments.MOST_SMALL", MOST_SMALL_SEGMENTS),
        )
        small = (
            (("shared.windows.state.FREEZES_AT_BYTES", 420), ("functions.aggregation.commit.LARGEST_BYTES", 600))
            if self.scenario.small_segments
            else ()
        )
        with ExitStack() as stack:
            stack.enter_context(remembered())
            stack.enter_context(self.rollout.replaced())
            for name, value in (*always, *small, *self.design.replaced):
                stack.enter_context(patch(name, value))
            yield


def hash_of(text: str) -> int:
    """The same in every process."""
    return sum(text.encode())
