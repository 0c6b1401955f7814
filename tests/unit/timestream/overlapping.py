"""A mirror under overlapping calls: stalls, crashes, calls delivered again while the first is still alive; one seed each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

from functions.timestream.mirror import MirrorWindows
from shared.mirror.points import Points
from shared.mirror.stores import Look
from shared.windows.closed import FOLDED_BUCKET, Head, PartRef
from shared.windows.groups import OVERFLOW
from shared.windows.table import Key, SummaryTable, counted_once
from shared.windows.window import Window
from tests.builders.tables import cell, table
from tests.fakes.closed_window_store import InMemoryClosedWindowStore
from tests.fakes.mirror import InMemoryLookStore, InMemoryMirror
from tests.simulation.scheduler import Crash, Scheduler

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WINDOW = Window(NOON)
PATIENCE = timedelta(seconds=100)
CALL_SECONDS = 1.0
"""After so long a call counts as failed and its batch comes again, whether or not the call is still alive."""
LONGEST_STALL = PATIENCE.total_seconds() / 6
"""From its note on a call makes five calls to stores."""
GROUPS: tuple[Key, ...] = (("acme", "model", "a"), ("acme", "model", "b"))


@cache
def content(version: int) -> dict[int, SummaryTable]:
    """From the fourth event on there is room for one series less."""
    rows = table(*[(cell(), {"input_tokens": number}) for number in range(version)])
    if version < 4:
        return {0: rows.rekey(lambda _key: GROUPS)}
    return {
        0: rows.rekey(lambda _key: (GROUPS[0], ("acme", "model", OVERFLOW))),
        FOLDED_BUCKET: counted_once([GROUPS[1]]),
    }


@dataclass
class World:
    """`making` makes the use case under test of the (slow and mortal) stores."""

    seed: int
    making: Callable[..., MirrorWindows] = MirrorWindows
    closed: InMemoryClosedWindowStore = field(default_factory=InMemoryClosedWindowStore)
    mirror: InMemoryMirror = field(default_factory=InMemoryMirror)
    looks: InMemoryLookStore = field(default_factory=InMemoryLookStore)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.scheduler = Scheduler(NOON)
        self.is_calm = False
        self.stage = self.making(
            SlowClosed(self), SlowMirror(self), SlowLooks(self), PATIENCE, clock=self.scheduler.clock
        )

    def play(self) -> None:
        """Some minutes of revisions and faults; then calm, until nothing is to be looked at any more."""
        for _ in range(6):
            self.scheduler.spawn("rollup", self._revise, after=self.random.uniform(0, 60))
        for number in range(30):
            self.scheduler.spawn("tick", self._look_again, after=10.0 * number)
        self.scheduler.settle()
        self.is_calm = True
        for number in range(30):
            self.scheduler.spawn("tick", self._look_again, after=10.0 * number)
        self.scheduler.settle()

    def is_true(self) -> bool:
        expected = InMemoryMirror()
        for head in self.closed.heads.values():
            tables = self.closed.parts(head)
            tables.pop(FOLDED_BUCKET, None)
            for rows in tables.values():
                expected.put(Points.of(head.window, head.version, rows))
        return self.mirror.rows == expected.rows

    def trouble(self) -> None:
        """At every call to a store: a moment, now and then a long stall or the end of the process."""
        if not self.is_calm and self.random.random() < 0.03:
            raise Crash
        is_long = not self.is_calm and self.random.random() < 0.12
        self.scheduler.sleep(self.random.uniform(0, LONGEST_STALL) if is_long else self.random.uniform(0, 0.1))

    def _revise(self) -> None:
        version = self.closed.heads[WINDOW].version + 1 if self.closed.heads else 1
        parts = self.closed.put_parts(WINDOW, content(version))
        self.closed.put_head(Head(WINDOW, version, 0, parts, self.scheduler.clock()))
        self._deliver()

    def _deliver(self) -> None:
        """As the stream does: until a call has succeeded in time."""
        while True:
            call = self.scheduler.spawn("mirror", lambda: self.stage.run([WINDOW], datetime.max.replace(tzinfo=UTC)))
            call.join(CALL_SECONDS)
            if call.succeeded:
                return
            self.scheduler.sleep(1)

    def _look_again(self) -> None:
        self.stage.look_again(datetime.max.replace(tzinfo=UTC))


class SlowClosed(InMemoryClosedWindowStore):
    def __init__(self, world: World) -> None:
        self.__dict__.update(world.closed.__dict__)
        self._world = world

    def head(self, window: Window) -> Head | None:
        self._world.trouble()
        return super().head(window)

    def part(self, ref: PartRef) -> SummaryTable:
        self._world.trouble()
        return super().part(ref)


@dataclass
class SlowMirror:
    world: World

    def put(self, points: Points) -> int:
        self.world.trouble()
        return self.world.mirror.put(points)

    def remove_older(self, window: Window, version: int) -> None:
        self.world.trouble()
        self.world.mirror.remove_older(window, version)


@dataclass
class SlowLooks:
    world: World

    def note(self, look: Look) -> None:
        self.world.trouble()
        self.world.looks.note(look)

    def due(self, now: datetime) -> Iterable[Look]:
        return self.world.looks.due(now)

    def settle(self, look: Look) -> None:
        self.world.trouble()
        self.world.looks.settle(look)
