"""For a minute, every few seconds: the open windows' values as they stand, for whoever watches them, and a heartbeat."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from functions.live.pushing import Pushing
from functions.live.values import values_for
from shared.live.connection import Connection
from shared.live.stores import LiveStore, Reached
from shared.windows.closed import ClosedWindowStore
from shared.windows.groups import Grouping, group_keys, limited
from shared.windows.state import StateStore
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution, Window

EVERY: Final = timedelta(seconds=5)
FOR: Final = timedelta(seconds=55)
MOST_OPEN_MINUTES: Final = 3
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ticking:
    """Nothing is read of the state unless somebody watches. Provisional values are of open minutes alone."""

    store: LiveStore
    state: StateStore
    closed: ClosedWindowStore
    pushing: Pushing
    groupings: Sequence[Grouping]
    series_limit: int
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]

    def run(self) -> Counter[Reached]:
        """Until the next tick is due."""
        began, rounds = self.clock(), 0
        reached: Counter[Reached] = Counter()
        while (now := self.clock()) < began + FOR:
            listening = [each for tenant in self.store.watched(now) for each in self.store.connections(tenant)]
            if not listening:
                return reached
            reached += self.pushing.push(self._messages(listening, now, is_first=not rounds))
            rounds += 1
            self.sleep(max(0.0, (began + rounds * EVERY - self.clock()).total_seconds()))
        return reached

    def _messages(
        self, listening: Sequence[Connection], now: datetime, *, is_first: bool
    ) -> list[tuple[Connection, Json]]:
        """A heartbeat once a minute, and provisional values to those who want them."""
        heartbeats = [(each, self._heartbeat(each, now)) for each in listening] if is_first else []
        watching = [each for each in listening if any(one.provisional for one in each.subscriptions)]
        if not watching:
            return heartbeats
        tables = {minute: self._table(minute) for minute in self._open_minutes(now)}
        return heartbeats + [
            (each, _provisional(each, minute, table, now)) for each in watching for minute, table in tables.items()
        ]

    def _heartbeat(self, connection: Connection, now: datetime) -> Json:
        return {"type": "heartbeat", "sequence": self.store.head(connection.tenant), "at": now}

    def _open_minutes(self, now: datetime) -> list[Window]:
        """The newest ones behind the cursor."""
        cursor = self.closed.cursor()
        last = Resolution.MINUTE.containing(now)
        first = last.start - (MOST_OPEN_MINUTES - 1) * Resolution.MINUTE.length
        start = max(first, cursor.next.start) if cursor else first
        return [Window(at) for at in _minutes(start, last.start)]

    def _table(self, minute: Window) -> SummaryTable:
        cells = SummaryTable.merge([segment.table for segment in self.state.minute(minute)])
        table, _ = limited(cells.rekey(group_keys(self.groupings)), self.series_limit)
        return table


def _minutes(start: datetime, last: datetime) -> list[datetime]:
    return [
        start + number * Resolution.MINUTE.length for number in range((last - start) // Resolution.MINUTE.length + 1)
    ]


def _provisional(connection: Connection, minute: Window, table: SummaryTable, now: datetime) -> Json:
    wanted = [each for each in connection.subscriptions if each.provisional]
    series: Mapping[str, Any] = values_for(wanted, [table], connection.tenant, resolution="1m")
    return {
        "type": "provisional",
        "window": minute.start,
        "end": minute.end,
        "at": now,
        "final": False,
        "series": series,
    }
