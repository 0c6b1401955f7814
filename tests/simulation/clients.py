"""Producers that do as they are told: they send until they hear 202, cut their batches anew, and sometimes send twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from functions.ingestion.formats import Ingested
from functions.ingestion.ingest import Ingestion, UnacceptedError
from functions.ingestion.request import Request
from shared.access.principal import Principal
from shared.access.roles import Role
from shared.events.timestamps import format_timestamp
from tests.simulation.faults import World
from tests.simulation.scenario import Scenario
from tests.simulation.scheduler import Task

PATIENCE_SECONDS = 8.0
TENANTS = ("acme", "globex")
MODELS = ("gpt-4o", "claude-sonnet-4-5", "local-7b")
METRICS = ("bleu", "rouge", "f1", "meteor", "pass_at_1")
Item = dict[str, Any]


@dataclass(eq=False, slots=True)
class Client:
    """One producer of one tenant; tenants number their events alike, so that ids alone do not tell them apart."""

    world: World
    ingestion: Callable[[], Ingestion]
    scenario: Scenario
    tenant: str
    numbers: Sequence[int]
    accepted: list[Item] = field(default_factory=list)
    pending: list[Item] = field(default_factory=list)
    is_done: bool = False

    def run(self) -> None:
        rng = self.world.rng
        pauses = sorted(rng.uniform(0, self.scenario.traffic_seconds - 10) for _ in self.numbers)
        for number, at in zip(self.numbers, pauses, strict=True):
            self.world.scheduler.sleep(max(at - self.world.scheduler.now, 0.0))
            self.pending.append(self._item(number, rng))
            if rng.random() < 0.5:
                self._send_some()
        while self.pending:
            self._send_some()
        self.is_done = True

    def _send_some(self) -> None:
        rng = self.world.rng
        chosen = rng.sample(self.pending, rng.randint(1, min(len(self.pending), 6)))
        told = self._told(self.send(chosen))
        if told is None:
            self.world.scheduler.sleep(rng.uniform(0.5, 5))
            return
        ingested, unaccepted = told
        refused = {rejection.index for rejection in ingested.rejected}
        left = [chosen[index] for index in unaccepted]
        self.accepted += [item for index, item in enumerate(chosen) if index not in {*unaccepted, *refused}]
        self.pending = [item for item in self.pending if item not in chosen or item in left]
        if self.world.happens(self.world.faults.resend):
            self.world.scheduler.spawn("resend", lambda: self._send_again(chosen))

    def _told(self, invocation: Task) -> tuple[Ingested, Sequence[int]] | None:
        """What the hub answered in time, if it was a 202, or else what of it was taken; not every producer looks at that."""
        if invocation.succeeded:
            return invocation.result, ()
        failure = invocation.failure
        if isinstance(failure, UnacceptedError) and self.scenario.resends_unaccepted:
            self.world.counts["parts accepted"] += bool(failure.ingested.accepted)
            return failure.ingested, failure.unaccepted
        return None

    def _send_again(self, items: list[Item]) -> None:
        """At once, or so much later that the copy comes too late."""
        rng = self.world.rng
        latest = max(self.scenario.traffic_seconds - self.world.scheduler.now, 0)
        self.world.scheduler.sleep(rng.choice((0.0, rng.uniform(0, latest), rng.uniform(0, latest))))
        self.send(items)

    def send(self, items: list[Item]) -> Task:
        """The invocation, which has not ended if the hub did not answer in time."""
        request = Request(msgspec.json.encode(items), {}, Principal(self.tenant, Role.API_CLIENT, "key", "standard"))
        invocation = self.world.invoke("ingestion", lambda: self.ingestion().ingest(request))
        invocation.join(PATIENCE_SECONDS)
        return invocation

    def _item(self, number: int, rng: Random) -> Item:
        occurred_at = self.world.scheduler.clock() + timedelta(seconds=self._offset(rng))
        trace = {"correlation_id": _uuid(10**6 + number % 4)} if rng.random() < 0.3 else {}
        return {
            "event_id": _uuid(number),
            "timestamp": format_timestamp(occurred_at),
            "source_module": "llm-observatory",
            "event_type": "telemetry",
            "severity": "info",
            "environment": "production",
            "payload": {"payload_type": "telemetry", "data": _data(number, rng)},
            **trace,
        }

    def _offset(self, rng: Random) -> float:
        """Seconds between now and the event: mostly a moment ago, sometimes behind the cursor, too late, or ahead. Some are
        all of one minute, about which its writers and readers then contend.
        """
        lateness = self.scenario.allowed_lateness.total_seconds()
        kind = rng.random()
        if kind < 0.4:
            return rng.uniform(-5, 2)
        if kind < 0.65:
            return self.scenario.hot_seconds + rng.uniform(0, 5) - self.world.scheduler.now
        if kind < 0.8:
            return -rng.uniform(30, lateness)
        if kind < 0.9:
            return -rng.uniform(lateness - 10, 1.5 * lateness)
        return rng.uniform(5, 320)


def _data(number: int, rng: Random) -> dict[str, Any]:
    return _evaluation(rng) if rng.random() < 0.15 else _call(number, rng)


def _evaluation(rng: Random) -> dict[str, Any]:
    metrics = {name: round(rng.random(), 3) for name in rng.sample(METRICS, 2)}
    return {"telemetry_type": "model_performance", "model_id": rng.choice(MODELS), "custom_metrics": metrics}


def _call(number: int, rng: Random) -> dict[str, Any]:
    return {
        "telemetry_type": "inference",
        "operation": "chat",
        "provider": "openai",
        "model_id": rng.choice(MODELS),
        "request_id": f"r-{number}",
        "latency_ms": round(rng.lognormvariate(6, 1), 3),
        "input_tokens": rng.randint(1, 5000),
        "output_tokens": rng.randint(1, 900),
        "team": rng.choice((None, "search", "ads")),
    }


def _uuid(number: int) -> str:
    return str(UUID(int=number, version=4))
