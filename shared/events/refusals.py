"""What the hub refused, took too late or could not read, counted by tenant and minute: how good the data is that somebody sends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

LATE: Final = "late"
"""Beside the codes of refusals: taken and archived, and in no window."""
QUARANTINED: Final = "quarantined"
"""Records, not items: taken, and not in windows, or not with all of their events."""
LIFE: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Refused:
    """In the minute that begins at `minute`: how many items by code."""

    minute: datetime
    counts: Mapping[str, int]


class RefusalCounts(Protocol):
    def add(self, tenant: str, refused: Refused) -> None:
        """Once, or TransientError; then it was added or not. Never tried again, so nothing is counted twice."""
        ...

    def between(self, tenant: str, start: datetime, end: datetime) -> Iterator[Refused]:
        """What was refused in [start, end), in the order of minutes; a minute may come several times."""
        ...
