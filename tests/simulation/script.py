"""A schedule that is written down instead of drawn: who goes first, and who is held at which call."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from shared.packs.arrived import ArrivedRecord
from shared.packs.pack import PackHeader, Tick, encode_pack, encode_tick
from shared.windows.window import Window
from tests.builders.arrivals import call
from tests.simulation.design import Design
from tests.simulation.faults import Faults
from tests.simulation.hub import Hub
from tests.simulation.scenario import NO_LIMIT, Scenario
from tests.simulation.scheduler import Task

BEGIN = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
QUIET = replace(
    Scenario.drawn(0),
    epoch=BEGIN,
    partitions=2,
    shards=1,
    lanes=1,
    groupings=((), ("model",)),
    series_limit=NO_LIMIT,
    most_custom_measures=100,
    small_segments=False,
    allowed_lateness=timedelta(hours=1),
    traffic_seconds=0.0,
    clients=0,
    reshards=0,
    gives_up_after=float("inf"),
    host_skew=(0.0,),
    faults=Faults(),
)


class Script:
    """A hub without readers, clients or faults: each step is called by name, and judged at the end of the `with` block.

    It begins at noon with the cursor on 12:00. Every change of state is followed by an invocation of rollup that begins
    after it and succeeds, as the event source mappings guarantee: that much a schedule has to keep itself.
    """

    def __init__(self, design: Design, **scenario: Any) -> None:
        self.hub = Hub(replace(QUIET, **{**design.scenario, **scenario}), design)
        self.hub.log.on_shard = lambda _shard: None
        self.hub.log.open()
        self.hub.world.often = 1.0
        self.hub.world.before = self._hold
        self._awaited: dict[Task, list[str]] = {}

    def __enter__(self) -> Self:
        self._replaced = self.hub.replaced()
        self._replaced.__enter__()
        self.at(0)
        self.tick()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._replaced.__exit__(kind, error, trace)
        if error is None:
            self.hub.judge()

    def at(self, minute: int, second: float = 35) -> None:
        """Wait until so long after noon."""
        self.hub.scheduler.now = max(self.hub.scheduler.now, minute * 60 + second)

    def record(self, number: int, minute: int, model: str = "small", partition: int = 0) -> ArrivedRecord:
        """A pack with one event of that minute, now in the stream."""
        event = call(number, minute_of(minute).start + timedelta(seconds=1), tokens=number, model=model)
        header = PackHeader("acme", partition, self.hub.clock(), self.hub.scenario.allowed_lateness, 1)
        return self.hub.log.append(str(partition), partition, encode_pack(header, [event]))

    def fold(self, record: ArrivedRecord, hold: str = "") -> Task:
        return self.start(lambda: self.hub.stages.aggregate([record]), hold)

    def tick(self) -> None:
        """Every partition is complete up to now, and rollup is told."""
        self.beat()
        self.roll_up()

    def beat(self) -> None:
        for partition in range(self.hub.scenario.partitions):
            data = encode_tick(Tick(partition, self.hub.clock()))
            self.fold(self.hub.log.append(str(partition), partition, data))

    def roll_up(self, *minutes: int, hold: str = "") -> Task:
        return self.start(lambda: self.hub.stages.roll_up([minute_of(minute).key for minute in minutes]), hold)

    def start(self, body: Callable[[], Any], hold: str = "") -> Task:
        """Run it to its end, or to the call at which it is held: "closed.put_head", or "state.minute 2" for the second."""
        task = self.hub.world.invoke("directed", body)
        self._settle(task, hold)
        return task

    def release(self, task: Task, hold: str = "") -> None:
        self.hub.scheduler.wake(task)
        self._settle(task, hold)

    def _settle(self, task: Task, hold: str) -> None:
        name, _, nth = hold.partition(" ")
        self._awaited[task] = [name] * int(nth or bool(name))
        self.hub.scheduler.settle()
        assert task.done is not bool(hold), f"not held at {hold}" if hold else "held, or failed"
        assert hold or task.succeeded, "what fails would have to come again"

    def _hold(self, task: Task, call: str) -> None:
        awaited = self._awaited[task]
        if awaited and awaited[0] == call:
            awaited.pop()
            if not awaited:
                self.hub.scheduler.park()


def minute_of(number: int) -> Window:
    return Window(BEGIN + timedelta(minutes=number))
