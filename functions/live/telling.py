"""From what happened to what each connection is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from functions.live.values import values_for
from shared.live.connection import Connection, Topic
from shared.live.journal import Entry, News
from shared.windows.closed import ClosedWindowStore, Head
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution, Window

Json = dict[str, Any]
_TOPICS = {News.ANOMALY: Topic.ANOMALIES, News.INCIDENT: Topic.INCIDENTS}


@dataclass(frozen=True, slots=True)
class Contents:
    """The tables of closed windows, each read once; by the head as it stands now, which may be newer than the entry."""

    closed: ClosedWindowStore
    _read: dict[Window, tuple[Head, Sequence[SummaryTable]] | None]

    @classmethod
    def of(cls, closed: ClosedWindowStore) -> "Contents":
        return cls(closed, {})

    def of_window(self, window: Window) -> tuple[Head, Sequence[SummaryTable]] | None:
        if window not in self._read:
            head = self.closed.head(window)
            self._read[window] = (head, list(self.closed.parts(head).values())) if head else None
        return self._read[window]


def told(entry: Entry, connection: Connection, contents: Contents) -> Json:
    """Every connection is told of every entry, if only that there was one: so all have the same numbers."""
    fact = entry.fact
    message: Json = {"type": str(fact.news), "sequence": entry.sequence}
    if fact.news is News.WINDOW:
        return message | _window(fact.about, connection, contents)
    topic = _TOPICS.get(fact.news)
    return message | ({str(fact.news): fact.body} if topic and connection.wants(topic) else {})


def _window(about: str, connection: Connection, contents: Contents) -> Json:
    resolution, _, start = about.partition("#")
    window = Window.from_key(start, Resolution(resolution))
    message: Json = {"window": window.start, "end": window.end, "resolution": resolution, "final": True}
    wants = [each for each in connection.subscriptions if each.topic is Topic.MEASURE and each.resolution == resolution]
    found = contents.of_window(window) if wants else None
    if found is None:
        return {**message, "series": {}}
    head, tables = found
    series = values_for(wants, tables, connection.tenant, resolution=resolution)
    return {**message, "version": head.version, "series": series}
