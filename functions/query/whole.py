"""Ranges as whole windows, as fine as they are kept."""

from datetime import datetime, timedelta
from typing import Final

from shared.windows.window import Resolution

MINUTES_ARE_KEPT: Final = timedelta(days=29)


def whole_minutes(start: datetime, end: datetime, now: datetime) -> tuple[datetime, datetime]:
    """The range widened to whole minutes, and to whole hours where minutes are not kept any more.

    >>> from datetime import UTC
    >>> start, end = datetime(2026, 11, 22, 9, 58, 30, tzinfo=UTC), datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    >>> [f"{at:%H:%M:%S}" for at in whole_minutes(start, end, now=end)]
    ['09:58:00', '12:00:00']
    """
    resolution = Resolution.MINUTE if start > now - MINUTES_ARE_KEPT else Resolution.HOUR
    first, last = resolution.containing(start), resolution.containing(end)
    return first.start, end if last.start == end else last.end
