"""Requests and errors of the last minutes, by tenant and model, as far as this process has seen them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

SPAN: Final = timedelta(minutes=2)
"""How far back a ratio looks, by the events' own time."""

Of = tuple[str, str]
"""A tenant and a model."""


@dataclass(frozen=True, slots=True)
class Burst:
    """A model that fails too often."""

    tenant: str
    model: str
    requests: int
    errors: int


@dataclass(slots=True)
class Tally:
    """Nothing is written an event: what is known is lost with the process, and another process counts for itself. So a
    burst that is spread thin is left to the window's close, which counts exactly.
    """

    ratio: float
    least: int
    counted: defaultdict[datetime, dict[Of, list[int]]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, calls: Iterable[tuple[datetime, Of, bool]], now: datetime) -> None:
        """Calls by their minute, whose they are, and whether they failed."""
        for minute, of, failed in calls:
            counts = self.counted[minute].setdefault(of, [0, 0])
            counts[0] += 1
            counts[1] += failed
        for minute in [minute for minute in self.counted if minute <= now - SPAN]:
            del self.counted[minute]

    def bursts(self) -> Iterator[Burst]:
        sums: defaultdict[Of, list[int]] = defaultdict(lambda: [0, 0])
        for counted in self.counted.values():
            for of, (requests, errors) in counted.items():
                sums[of][0] += requests
                sums[of][1] += errors
        for (tenant, model), (requests, errors) in sums.items():
            if requests >= self.least and errors >= self.ratio * requests:
                yield Burst(tenant, model, requests, errors)
