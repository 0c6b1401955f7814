"""Whether the pipeline moves, by the last tick of each partition and the cursor."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from functions.query.models import Health
from shared.windows.closed import ClosedWindowStore
from shared.windows.state import StateStore, watermark

STANDS_STILL_AFTER: Final = timedelta(minutes=3)
"""There is a tick a minute, and a window is announced a minute and the closing delay after it began."""


@dataclass(frozen=True, slots=True)
class HealthCheck:
    state: StateStore
    closed: ClosedWindowStore
    partitions: int
    closing_delay: timedelta
    clock: Callable[[], datetime]

    def check(self) -> Health:
        progress = self.state.progress()
        cursor = self.closed.cursor()
        complete = watermark(progress, self.partitions)
        closed_until = cursor.next.start if cursor else None
        oldest = min(progress.values(), default=None)
        return Health(
            status=self._status(complete, oldest, closed_until),
            watermark=complete,
            watermark_age_seconds=self._age(complete),
            last_ticks={str(partition): at for partition, at in sorted(progress.items())},
            oldest_tick=oldest,
            cursor=closed_until,
            cursor_age_seconds=self._age(closed_until),
            closing_delay_seconds=self.closing_delay.total_seconds(),
        )

    def _status(
        self, complete: datetime | None, oldest: datetime | None, closed_until: datetime | None
    ) -> Literal["ok", "degraded", "starting"]:
        now = self.clock()
        if oldest and now - oldest > STANDS_STILL_AFTER:
            return "degraded"
        if complete is None or closed_until is None:
            return "starting"
        announcing_is_late = now - closed_until > STANDS_STILL_AFTER + self.closing_delay
        return "degraded" if announcing_is_late else "ok"

    def _age(self, at: datetime | None) -> float | None:
        return None if at is None else round((self.clock() - at).total_seconds(), 3)
