"""The use case: what the watermark has passed is announced in order, and what was touched behind the cursor is revised."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from functions.rollup.publish import Publisher
from shared.errors import TransientError
from shared.windows.closed import ClosedWindowStore, Cursor, first_minute_not_final, is_final, windows_ended_by
from shared.windows.state import StateStore, watermark
from shared.windows.window import Resolution, Window


@dataclass(slots=True)
class Outcome:
    """What one invocation did, and how far the hub was when it ended."""

    announced: int = 0
    revised: int = 0
    rows: int = 0
    watermark: datetime | None = None
    cursor: Cursor = field(init=False)


@dataclass(frozen=True, slots=True)
class RollUp:
    """PROTOCOL: progress is read before state, rows are written before heads, parents after their children."""

    state: StateStore
    closed: ClosedWindowStore
    publisher: Publisher
    partitions: int
    closing_delay: timedelta
    clock: Callable[[], datetime]

    def run(self, touched: Collection[Window], until: datetime) -> Outcome:
        """Announce all that is due, then revise the touched minutes behind the cursor.

        A long backlog is left at `until`, between two minutes: the next tick goes on. But touched minutes, to which
        nothing would come back, are not left: then TransientError, and they come again when the backlog is shorter.
        """
        outcome = Outcome()
        self._announce(outcome, until)
        self._revise(sorted(touched), outcome, until)
        return outcome

    def _announce(self, outcome: Outcome, until: datetime) -> None:
        outcome.watermark = watermark(self.state.progress(), self.partitions)
        outcome.cursor = self._cursor(outcome.watermark)
        while self._is_due(outcome) and self.clock() < until:
            outcome.rows += self._publish(windows_ended_by(outcome.cursor.next))
            outcome.announced += self.closed.advance_cursor(outcome.cursor)
            outcome.cursor = self._cursor(outcome.watermark)

    def _is_due(self, outcome: Outcome) -> bool:
        return is_final(outcome.cursor.next, outcome.watermark, self.closing_delay)

    def _is_left(self, minute: Window, outcome: Outcome) -> bool:
        """Final, but not reached in time: another invocation may have published it without what touched it, and be
        about to move the cursor past it.
        """
        return minute >= outcome.cursor.next and is_final(minute, outcome.watermark, self.closing_delay)

    def _revise(self, touched: Iterable[Window], outcome: Outcome, until: datetime) -> None:
        """A parent may be announced by another invocation while its child is revised here. So after the windows of each
        resolution the cursor is brought up to date: what is announced later than that has read them as they are now, and
        what was announced before is published again.
        """
        touched = list(touched)
        if any(self._is_left(minute, outcome) for minute in touched):
            raise TransientError("touched minutes are still to be announced")
        behind = [minute for minute in touched if minute < outcome.cursor.next]
        if not behind:
            return
        for resolution in Resolution:
            outcome.rows += self._publish(_ended(resolution, behind, outcome.cursor))
            self._announce(outcome, until)
            if self._is_due(outcome):
                raise TransientError("too many minutes are still to be announced")
        outcome.revised += len(behind)

    def _publish(self, windows: Iterable[Window]) -> int:
        return sum(self.publisher.publish(window) for window in windows)

    def _cursor(self, mark: datetime | None) -> Cursor:
        cursor = self.closed.cursor()
        while cursor is None:
            first = first_minute_not_final(mark, self.closing_delay, self.clock())
            self.closed.create_cursor(Cursor(first, first))
            cursor = self.closed.cursor()
        return cursor


def _ended(resolution: Resolution, minutes: Iterable[Window], cursor: Cursor) -> list[Window]:
    """The windows of a resolution that hold these minutes and end at or before the cursor, each once, in order."""
    windows = {resolution.containing(minute.start) for minute in minutes}
    return sorted(window for window in windows if window.end <= cursor.next.start)
