"""Contestants measured in turn, so that what the machine does meanwhile falls on all of them alike."""

import gc
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

WARM_UP = 2
ROUNDS = 9


@dataclass(frozen=True, slots=True)
class Contestant:
    """Runs on each of the messages, read just before and outside the clock, as Lambda's runtime reads an invocation."""

    run: Callable[[Any], object]
    messages: Sequence[bytes]
    read: Callable[[bytes], Any] = json.loads

    def cpu_seconds(self) -> float:
        gc.collect()
        total = 0.0
        for message in self.messages:
            given = self.read(message)
            started = time.process_time()
            self.run(given)
            total += time.process_time() - started
        return total


def microseconds_per_event(contestants: Mapping[str, Contestant], events: int) -> dict[str, float]:
    """The median CPU time of this process over the rounds, for one event."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(WARM_UP + ROUNDS):
        for name, contestant in contestants.items():
            seconds[name].append(contestant.cpu_seconds())
    return {name: round(median(taken[WARM_UP:]) / events * 1e6, 3) for name, taken in seconds.items()}


@contextmanager
def silence() -> Iterator[None]:
    """What handlers log goes nowhere, but is written all the same: logging is part of their cost."""
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
