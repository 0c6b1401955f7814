"""Many invocations, one thread, one seed: whoever waits is suspended, and the earliest instant goes on first.

Each task is a greenlet, so the unmodified synchronous code of a stage can be left in the middle of a store call and
entered again hours of simulated time later.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any

from greenlet import getcurrent, greenlet

from shared.errors import TransientError


class Crash(BaseException):
    """The process of an invocation is gone. No stage catches it."""


class Task(greenlet):
    """What runs on its own. When it is `done`, `failure` says how it failed, if it did."""

    def __init__(self, scheduler: "Scheduler", name: str, body: Callable[[], Any]) -> None:
        super().__init__(self._perform, scheduler.hub)
        self.name = name
        self.done = False
        self.is_mortal = False
        self.is_of_next: bool | None = None
        self.failure: BaseException | None = None
        self.result: Any = None
        self.ticket = -1
        self.scheduler = scheduler
        self._body = body
        self._waiters: list[Task] = []

    def _perform(self) -> None:
        try:
            self.result = self._body()
        except (Crash, TransientError) as error:
            self.failure = error
        self.done = True
        for waiter in self._waiters:
            self.scheduler.wake(waiter)

    @property
    def succeeded(self) -> bool:
        return self.done and self.failure is None

    def join(self, seconds: float) -> bool:
        """Wait for its end, no longer than this; whether it has ended."""
        if not self.done:
            me = self.scheduler.current()
            self._waiters.append(me)
            self.scheduler.park(seconds)
            self._waiters.remove(me)
        return self.done


class Scheduler:
    """Simulated seconds since `epoch`. What no stage raises on purpose ends the run: it is a finding."""

    def __init__(self, epoch: datetime) -> None:
        self.now = 0.0
        self.hub = getcurrent()
        self._epoch = epoch.astimezone(UTC)
        self._tickets = count()
        self._due: list[tuple[float, int, Task]] = []

    def clock(self) -> datetime:
        return self.at(self.now)

    def at(self, seconds: float) -> datetime:
        return self._epoch + timedelta(microseconds=round(seconds * 1e6))

    def current(self) -> Task:
        task = getcurrent()
        assert isinstance(task, Task)
        return task

    def spawn(self, name: str, body: Callable[[], Any], after: float = 0.0) -> Task:
        task = Task(self, name, body)
        self._schedule(task, self.now + after)
        return task

    def sleep(self, seconds: float) -> None:
        self._schedule(self.current(), self.now + seconds)
        self.hub.switch()

    def park(self, seconds: float = float("inf")) -> None:
        """Sleep until somebody wakes this task, or so long."""
        task = self.current()
        if seconds == float("inf"):
            task.ticket = next(self._tickets)
        else:
            self._schedule(task, self.now + seconds)
        self.hub.switch()

    def wake(self, task: Task) -> None:
        self._schedule(task, self.now)

    def run(self, until: float) -> None:
        while self._due and self._due[0][0] <= until:
            self._step()
        self.now = until

    def settle(self) -> None:
        """Until everybody has ended or is parked."""
        while self._due:
            self._step()

    def _step(self) -> None:
        at, ticket, task = heappop(self._due)
        if ticket == task.ticket and not task.dead:
            self.now = at
            task.switch()

    def _schedule(self, task: Task, at: float) -> None:
        """The one instant at which the task goes on: an earlier plan is forgotten."""
        task.ticket = next(self._tickets)
        heappush(self._due, (at, task.ticket, task))


def current_clock() -> datetime:
    """The simulated clock of whoever asks."""
    task = getcurrent()
    assert isinstance(task, Task)
    return task.scheduler.clock()
