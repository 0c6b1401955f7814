"""An engine in memory that keeps a point by its place, and a store of looks; with a hook before each call."""

from collections.abc import Callable, Iterable
from typing import Any

from shared.mirror.points import Points
from shared.mirror.stores import Look
from shared.windows.table import Key
from shared.windows.window import Window

Place = tuple[Window, Key, str]


class InMemoryMirror:
    def __init__(self) -> None:
        self.rows: dict[Place, dict[str, Any]] = {}
        self.before_put: Callable[[Points], None] = lambda _points: None

    def put(self, points: Points) -> int:
        self.before_put(points)
        for row, (key, measure) in enumerate(zip(points.keys, points.measures, strict=True)):
            values = {name: column[row] for name, column in points.values.items()}
            place = (points.window, key, measure)
            self.rows[place] = {"count": points.counts[row], "version": points.version, **values}
        return 0

    def remove_older(self, window: Window, version: int) -> None:
        self.rows = {place: row for place, row in self.rows.items() if place[0] != window or row["version"] >= version}


class InMemoryLookStore:
    def __init__(self) -> None:
        self.looks: dict[Window, Look] = {}

    def note(self, look: Look) -> None:
        noted = self.looks.get(look.window)
        if noted is None or noted.due < look.due:
            self.looks[look.window] = look

    def due(self, now: Any) -> Iterable[Look]:
        return sorted((look for look in self.looks.values() if look.due <= now), key=lambda look: look.due)

    def settle(self, look: Look) -> None:
        if self.looks.get(look.window) == look:
            del self.looks[look.window]
