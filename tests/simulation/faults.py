"""What goes wrong, how often, and where: at every call that an invocation makes to the world outside."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from random import Random
from typing import TypeVar

from shared.errors import TransientError
from tests.simulation.scheduler import Crash, Scheduler, Task

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Faults:
    """Chances, each at one occasion. Every seed draws its own, many of them none: faults in plenty hide each other."""

    crash: float = 0.0
    freeze: float = 0.0
    slow: float = 0.0
    lost_answer: float = 0.0
    partial_put: float = 0.0
    redelivery: float = 0.0
    doubled_batch: float = 0.0
    missing_tick: float = 0.0
    doubled_tick: float = 0.0
    outages: float = 0.0
    poison: float = 0.0
    resend: float = 0.0

    @classmethod
    def drawn(cls, rng: Random) -> "Faults":
        most = {
            "crash": 0.03,
            "freeze": 0.02,
            "slow": 0.3,
            "lost_answer": 0.06,
            "partial_put": 0.6,
            "redelivery": 0.3,
            "doubled_batch": 0.15,
            "missing_tick": 0.3,
            "doubled_tick": 0.3,
            "outages": 3.0,
            "poison": 0.06,
            "resend": 0.3,
        }
        return cls(**{field.name: rng.random() * most[field.name] * (rng.random() < 0.6) for field in fields(cls)})


class World:
    """The boundary that every call crosses. Faults begin until `calm_from`; then what was begun comes to its end."""

    def __init__(self, scheduler: Scheduler, rng: Random, faults: Faults, calm_from: float) -> None:
        self.scheduler = scheduler
        self.rng = rng
        self.faults = faults
        self.calm_from = calm_from
        self.counts: Counter[str] = Counter()
        self.before: Callable[[Task, str], None] = lambda _task, _call: None
        self.often = 0.2
        self._outages: dict[str, Sequence[tuple[float, float]]] = {}

    def plan_outages(self, services: Sequence[str]) -> None:
        for service in services:
            number = int(self.rng.random() * (1 + self.faults.outages))
            starts = [self.rng.uniform(0, self.calm_from) for _ in range(number)]
            self._outages[service] = [(start, start + self.rng.uniform(2, 40)) for start in starts]

    def invoke(self, name: str, body: Callable[[], object], after: float = 0.0) -> Task:
        """A process that may crash or freeze."""
        task = self.scheduler.spawn(name, body, after)
        task.is_mortal = True
        return task

    def happens(self, chance: float) -> bool:
        return self.scheduler.now < self.calm_from and self.rng.random() < chance

    def read(self, service: str, call: str, effect: Callable[[], Result]) -> Result:
        self.pause(service, call)
        return effect()

    def write(
        self, service: str, call: str, effect: Callable[[], Result], *, otherwise: Result | None = None
    ) -> Result:
        """Its answer may be lost although it was done; then the client's own second try may find `otherwise`."""
        self.pause(service, call)
        result = effect()
        if self.happens(self.faults.lost_answer):
            self.counts["lost answers"] += 1
            if otherwise is not None and self.rng.random() < 0.5:
                return otherwise
            raise TransientError(f"{call}: no answer")
        self.pause_after(call)
        return result

    def pause(self, service: str, call: str) -> None:
        """On the way there: slow, frozen, dead, or refused."""
        self.before(self.scheduler.current(), f"{service}.{call}")
        self._suffer()
        self.scheduler.sleep(self._latency())
        if self._is_out(service):
            raise TransientError(f"{service} is out of order")

    def pause_after(self, call: str) -> None:
        """On the way back: the effect has happened, and its caller may never learn it."""
        self.before(self.scheduler.current(), f"after {call}")
        self._suffer()

    def maybe_pause(self, service: str, call: str) -> None:
        if self.rng.random() < self.often:
            self.pause(service, call)

    def _suffer(self) -> None:
        if not self.scheduler.current().is_mortal:
            return
        if self.happens(self.faults.crash):
            self.counts["crashes"] += 1
            raise Crash
        if self.happens(self.faults.freeze):
            self.counts["freezes"] += 1
            longest = self.rng.choice((3, 20, 120))
            self.scheduler.sleep(self.rng.uniform(0, longest))

    def _latency(self) -> float:
        if self.happens(self.faults.slow):
            return self.rng.uniform(0.2, 4.0)
        return self.rng.uniform(0.002, 0.03)

    def _is_out(self, service: str) -> bool:
        now = self.scheduler.now
        return any(start <= now < end for start, end in self._outages.get(service, ()))
