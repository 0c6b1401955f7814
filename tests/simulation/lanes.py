"""What an event source mapping reads: records in order, of which nothing is passed over, and some are read twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.faults import World
from tests.simulation.scheduler import Task


@dataclass(eq=False, slots=True)
class Lane:
    """Records of one order. A child's are read when its parents', closed, were read to their end."""

    name: str
    parents: Sequence["Lane"] = ()
    records: list[Any] = field(default_factory=list)
    position: int = 0
    is_closed: bool = False
    wake: Callable[[], None] = lambda: None

    @property
    def is_read(self) -> bool:
        return self.position == len(self.records)

    @property
    def is_drained(self) -> bool:
        return self.is_closed and self.is_read and all(parent.is_drained for parent in self.parents)

    def append(self, record: Any) -> None:
        self.records.append(record)
        self.wake()

    def close(self) -> None:
        self.is_closed = True
        self.wake()


@dataclass(frozen=True, slots=True)
class Mapping:
    """An event source mapping: delivers in order and at least once, halves what fails, gives up only by age."""

    name: str
    world: World
    invoke: Callable[[Sequence[Any]], object]
    batch_size: int
    batching_seconds: float = 0.0
    timeout_seconds: float = 60.0
    give_up: Callable[[Sequence[Any]], None] = lambda _batch: None
    most_tries: float = float("inf")
    most_seconds: float = float("inf")
    bisects: bool = True

    def follow(self, lane: Lane) -> None:
        self.world.scheduler.spawn(f"{self.name} {lane.name}", lambda: self._read(lane))

    def _read(self, lane: Lane) -> None:
        scheduler, rng = self.world.scheduler, self.world.rng
        task = scheduler.current()
        lane.wake = lambda: scheduler.wake(task)
        while not all(parent.is_drained for parent in lane.parents):
            scheduler.park(1.0)
        reached = 0
        while True:
            while reached == len(lane.records):
                scheduler.park()
            lane.wake = lambda: None
            scheduler.sleep(0.01 + rng.random() * self.batching_seconds)
            batch = lane.records[reached : reached + self.batch_size]
            self._deliver(batch)
            reached += len(batch)
            lane.position = max(lane.position, reached)
            lane.wake = lambda: scheduler.wake(task)
            if self.world.happens(self.world.faults.redelivery):
                self.world.counts["redeliveries"] += 1
                reached -= rng.randint(1, len(batch))

    def follow_as_group(self, lanes: Sequence[Lane]) -> None:
        """As a mapping of Kafka's: one poller, whose batches hold whatever waits in any partition, each in order.

        When the group is dealt anew, some partitions are read again from where they were committed.
        """
        self.world.scheduler.spawn(f"{self.name} group", lambda: self._read_group(lanes))

    def _read_group(self, lanes: Sequence[Lane]) -> None:
        scheduler, rng = self.world.scheduler, self.world.rng
        task = scheduler.current()
        for lane in lanes:
            lane.wake = lambda: scheduler.wake(task)
        reached = [0] * len(lanes)
        while True:
            while all(at == len(lane.records) for at, lane in zip(reached, lanes, strict=True)):
                scheduler.park()
            scheduler.sleep(0.01 + rng.random() * self.batching_seconds)
            batch: list[Any] = []
            for place in rng.sample(range(len(lanes)), len(lanes)):
                some = lanes[place].records[reached[place] :][: self.batch_size - len(batch)]
                batch += some
                reached[place] += len(some)
            self._deliver(batch)
            for at, lane in zip(reached, lanes, strict=True):
                lane.position = max(lane.position, at)
            if self.world.happens(self.world.faults.redelivery):
                self.world.counts["redeliveries"] += 1
                reached = [max(at - rng.randint(0, 3), 0) for at in reached]

    def _deliver(self, batch: Sequence[Any], tries: int = 0, since: float | None = None) -> None:
        """Until it succeeded, or is too old: whole, or in halves, which the next try may be cut into."""
        since = self.world.scheduler.now if since is None else since
        if self.world.happens(self.world.faults.doubled_batch):
            self.world.counts["redeliveries"] += 1
            self._start(batch)
        while not self._succeeds(self._start(batch)):
            tries += 1
            if tries > self.most_tries or self.world.scheduler.now - since > self.most_seconds:
                self.give_up(batch)
                return
            self.world.scheduler.sleep(self.world.rng.uniform(0.2, 5.0))
            if self.bisects and len(batch) > 1 and self.world.rng.random() < 0.5:
                middle = len(batch) // 2
                self._deliver(batch[:middle], tries, since)
                self._deliver(batch[middle:], tries, since)
                return

    def _start(self, batch: Sequence[Any]) -> Task:
        self.world.counts["invocations"] += 1
        return self.world.invoke(self.name, lambda: self.invoke(batch))

    def _succeeds(self, invocation: Task) -> bool:
        """An invocation that outlives its time is taken for failed, but goes on as a zombie when it thaws."""
        if not invocation.join(self.timeout_seconds):
            self.world.counts["zombies"] += 1
        return invocation.succeeded
