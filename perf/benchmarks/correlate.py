"""CPU of following a batch of 10,000 events for correlation, and of ranking the causes of one incident.

`hub_us` is one event through the observer (packs decoded, signals, calls and index entries found), with stores that only
take what they are given; `rank_ms` is one ranking over 500 components with a day of five-minute windows.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

import msgspec
import numpy as np

from functions.correlation.incoming import Incoming, incoming
from functions.correlation.observe import Observer
from perf.benchmarks.aggregate import a_lanes_batch, invocation
from perf.benchmarks.rounds import Contestant, microseconds_per_event
from shared.incidents.ranking import Symptoms, rank_causes

COMPONENTS, USUAL, WINDOWS, CALLEES = 500, 288, 12, 5
ROUNDS = 9


class _Sink:
    """Stores that encode nothing and lose everything: the cost of storing is one item a batch."""

    def put(self, *many: Sequence[Any]) -> None:
        """A sighting, or a batch's name and its events."""
        self.last = len(many[-1])

    def announce(self, news: Any) -> None:
        self.last = news


def measure() -> dict[str, float]:
    packs, events = a_lanes_batch()
    observer = Observer(_Sink(), _Sink(), lambda: datetime.now(UTC))  # type: ignore[arg-type]
    follow = Contestant(observer.observe, [invocation(packs)], read=_read)
    return microseconds_per_event({"hub_us": follow}, len(events)) | {"rank_ms": round(_ranking_ms(), 3)}


def _read(message: bytes) -> Incoming:
    return incoming(msgspec.json.decode(message))


def _ranking_ms() -> float:
    draw = np.random.default_rng(0)
    symptoms = Symptoms(
        usual=draw.normal(size=(COMPONENTS, USUAL)),
        incident=draw.normal(size=(COMPONENTS, WINDOWS)),
        volume=np.ones((COMPONENTS, WINDOWS)),
        callees=draw.random((COMPONENTS, COMPONENTS)) < CALLEES / COMPONENTS,
        target=0,
    )
    taken = []
    for _ in range(ROUNDS):
        started = time.process_time()
        rank_causes(symptoms)
        taken.append(time.process_time() - started)
    return median(taken) * 1000
