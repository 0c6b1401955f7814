"""What the anomaly stages need of a store."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from shared.anomalies.anomaly import Anomaly


class Notice(StrEnum):
    """What people are told, each at most once an anomaly."""

    DETECTED = "detected"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class StoredAnomaly:
    """An anomaly as it stands, and what is still to be told of it."""

    anomaly: Anomaly
    revision: int
    """Who wrote last: a writer of an older revision is let go. 0: the fast lane; else that of the fold."""
    owed: frozenset[Notice] = frozenset()
    """Notices not sent yet."""


class AnomalyStore(Protocol):
    """Reads by id are strong. An item's NEW_IMAGE has the anomaly as JSON in its attribute `anomaly`."""

    def put(self, stored: StoredAnomaly) -> bool:
        """Store it if none is there, or one of an older revision. What a person decided (acknowledged, suppressed,
        resolved) stands, and notices already owed or sent are not owed anew.
        """
        ...

    def decide(self, before: StoredAnomaly, after: Anomaly, owed: frozenset[Notice]) -> bool:
        """A person's word: store it if nothing was written since `before`."""
        ...

    def get(self, tenant: str, anomaly_id: str) -> StoredAnomaly | None: ...

    def mark_sent(self, tenant: str, anomaly_id: str, notice: Notice) -> None: ...

    def find(self, tenant: str, start: datetime, end: datetime, *, after: str | None = None) -> Iterator[StoredAnomaly]:
        """Those that began in [start, end), the newest first; `after` goes on behind that id. Eventually consistent."""
        ...
