"""Redrive at noon, on a failure bucket and a stream in memory."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from functions.redrive.redrive import Redrive, Redriven, Run
from shared.errors import TransientError
from tests.builders.arrivals import NOON
from tests.builders.failures import GIVEN_UP
from tests.fakes.event_stream import FakeEventStream
from tests.fakes.failure_store import InMemoryFailures


class Stage:
    """The use case and what it left behind."""

    def __init__(self) -> None:
        self.failures = InMemoryFailures()
        self.stream = FakeEventStream()
        self.invoked: list[tuple[str, Mapping[str, Any]]] = []
        self.failing: set[str] = set()
        self.now = NOON
        self.redrive = Redrive(
            failures=self.failures,
            quarantine=self.failures,
            stream=self.stream,
            invoke=self._invoke,
            partitions=16,
            reinvoked=frozenset({"archive"}),
            clock=lambda: self.now,
        )

    def publish(self, data: bytes, key: str = GIVEN_UP) -> Redriven:
        self.failures.give_up(key, data)
        return self.redrive.publish(key)

    def run(self) -> Run:
        return self.redrive.run(self.now + timedelta(minutes=5))

    def _invoke(self, function: str, asked: Mapping[str, Any]) -> None:
        if function in self.failing:
            raise TransientError("the function failed")
        self.invoked.append((function, asked))


@pytest.fixture
def stage() -> Stage:
    return Stage()
