"""Refused items, in memory."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from shared.events.refusals import Refused


class InMemoryRefusalCounts:
    def __init__(self) -> None:
        self.counts: dict[tuple[str, datetime], Counter[str]] = {}

    def add(self, tenant: str, refused: Refused) -> None:
        self.counts.setdefault((tenant, refused.minute), Counter()).update(refused.counts)

    def between(self, tenant: str, start: datetime, end: datetime) -> Iterator[Refused]:
        for (of, minute), counts in sorted(self.counts.items()):
            if of == tenant and start <= minute < end:
                yield Refused(minute, dict(counts))
