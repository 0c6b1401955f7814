"""The event bus in memory: what was told, in order."""

from collections.abc import Callable, Mapping
from typing import Any


class InMemoryNoticeBus:
    def __init__(self) -> None:
        self.told: list[tuple[str, Mapping[str, Any]]] = []
        self.before_put: Callable[[str], None] = lambda _detail_type: None

    def put(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        self.before_put(detail_type)
        self.told.append((detail_type, detail))

    @property
    def notice_ids(self) -> list[str]:
        return [str(detail["notice_id"]) for _, detail in self.told]
