"""The fold of the anomaly stage in memory, with a hook before each write."""

from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any

from shared.anomalies.anomaly import Anomaly
from shared.anomalies.folds import Place
from shared.errors import TransientError


class InMemoryFoldStore:
    def __init__(self) -> None:
        self.stored: Place | None = None
        self.objects: dict[str, bytes] = {}
        self.waiting: dict[str, Anomaly] = {}
        self.before_write: Callable[[Any], None] = lambda _written: None
        self._ids = count()

    def place(self) -> Place | None:
        return self.stored

    def advance(self, before: Place | None, after: Place) -> bool:
        self.before_write(after)
        if _version(self.stored) != _version(before):
            return False
        self.stored = after
        return True

    def put_object(self, content: bytes) -> str:
        self.before_write(content)
        object_id = f"object-{next(self._ids)}"
        self.objects[object_id] = content
        return object_id

    def object(self, object_id: str) -> bytes:
        try:
            return self.objects[object_id]
        except KeyError:
            raise TransientError("get: NoSuchKey") from None

    def forget(self, object_ids: Iterable[str]) -> None:
        for object_id in object_ids:
            self.objects.pop(object_id, None)

    def announce(self, anomaly: Anomaly) -> None:
        self.before_write(anomaly)
        self.waiting[anomaly.id] = anomaly

    def announced(self) -> Sequence[Anomaly]:
        return list(self.waiting.values())

    def adopted(self, anomalies: Iterable[Anomaly]) -> None:
        for anomaly in anomalies:
            self.waiting.pop(anomaly.id, None)


def _version(place: Place | None) -> tuple[int, bool] | None:
    return (place.revision, place.is_pending) if place else None
