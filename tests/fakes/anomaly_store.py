"""Anomalies in memory, with a hook before each write: to be another writer, or to fail."""

from collections.abc import Callable, Iterator
from datetime import datetime

from shared.anomalies.anomaly import Anomaly
from shared.anomalies.stores import StoredAnomaly
from shared.windows.window import KEY_FORMAT


class InMemoryAnomalyStore:
    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], StoredAnomaly] = {}
        self.before_write: Callable[[StoredAnomaly], None] = lambda _written: None

    @property
    def anomalies(self) -> list[Anomaly]:
        return [stored.anomaly for stored in self.stored.values()]

    def get(self, tenant: str, anomaly_id: str) -> StoredAnomaly | None:
        return self.stored.get((tenant, anomaly_id))

    def swap(self, before: StoredAnomaly | None, after: StoredAnomaly) -> bool:
        self.before_write(after)
        key = after.anomaly.tenant, after.anomaly.id
        standing = self.stored.get(key)
        if (standing.edition if standing else None) != (before.edition if before else None):
            return False
        self.stored[key] = after
        return True

    def find(self, tenant: str, start: datetime, end: datetime, *, after: str | None = None) -> Iterator[Anomaly]:
        first, last = start.strftime(KEY_FORMAT), after or end.strftime(KEY_FORMAT)
        ids = sorted((number for of, number in self.stored if of == tenant and first <= number < last), reverse=True)
        return (self.stored[tenant, number].anomaly for number in ids)
