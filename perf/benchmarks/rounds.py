"""Contestants measured in turn, so that what the machine does meanwhile falls on all of them alike."""

import gc
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median

WARM_UP = 2
ROUNDS = 9


def microseconds_per_event(contestants: Mapping[str, Callable[[], object]], events: int) -> dict[str, float]:
    """The median CPU time of this process over the rounds, for one event."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(WARM_UP + ROUNDS):
        for name, run in contestants.items():
            seconds[name].append(_cpu_seconds(run))
    return {name: round(median(taken[WARM_UP:]) / events * 1e6, 3) for name, taken in seconds.items()}


def _cpu_seconds(run: Callable[[], object]) -> float:
    gc.collect()
    started = time.process_time()
    run()
    return time.process_time() - started


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
