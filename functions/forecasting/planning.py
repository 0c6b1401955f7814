"""Which groups are live, and how the work of an hour is cut into tasks that each take well under a function's time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.forecasts.forecasted import HOUR, last_whole_hour
from shared.forecasts.stores import Task, TaskQueue
from shared.windows.closed import ClosedWindowStore
from shared.windows.groups import OVERFLOW
from shared.windows.table import Key, sorted_keys
from shared.windows.window import Resolution, Window

LIVE_FOR: Final = 3
"""A group that had an event in one of so many last hours is live."""
HISTORY: Final = timedelta(days=90)
"""The longest past that is read; the models themselves leave out what is too old to say anything."""
GROUPS_A_TASK: Final = 10
"""A group takes some two seconds: its history is read, and seven measures of it are forecast."""


@dataclass(frozen=True, slots=True)
class Planner:
    """The overflow series is no group: what is in it changes."""

    closed: ClosedWindowStore
    queue: TaskQueue

    def plan(self) -> int:
        """Queue the tasks of the last whole hour; how many they are. None before an hour is closed."""
        cursor = self.closed.cursor()
        if cursor is None:
            return 0
        origin = last_whole_hour(cursor.next.start)
        tasks = list(_tasks(origin, self._live(origin)))
        self.queue.put(tasks)
        return len(tasks)

    def _live(self, origin: datetime) -> list[Key]:
        found: set[Key] = set()
        for back in range(1, LIVE_FOR + 1):
            head = self.closed.head(Window(origin - back * HOUR, Resolution.HOUR))
            for table in self.closed.parts(head).values() if head else ():
                found.update(key for key in table.keys if OVERFLOW not in key[2:])
        return sorted_keys(found)


def _tasks(origin: datetime, live: list[Key]) -> Iterator[Task]:
    """Groups of a grouping together, by ten; then the budgets of every tenant that is live."""
    groups: dict[tuple[str, str], list[Key]] = {}
    for key in live:
        groups.setdefault((str(key[0]), str(key[1])), []).append(key)
    for (tenant, grouping), keys in groups.items():
        for first in range(0, len(keys), GROUPS_A_TASK):
            yield Task(origin, tenant, grouping, tuple(key[2:] for key in keys[first : first + GROUPS_A_TASK]))
    for tenant in dict.fromkeys(tenant for tenant, _ in groups):
        yield Task(origin, tenant)


def history_start(origin: datetime) -> datetime:
    return origin - HISTORY
