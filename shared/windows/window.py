"""Tumbling windows: half-open intervals [start, end), aligned to the epoch, of 1, 5, 15 and 60 minutes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import total_ordering

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEY_FORMAT = "%Y-%m-%dT%H:%MZ"


class Resolution(Enum):
    """The length of a window. Each is a whole number of the one before it, of which it is the exact merge."""

    MINUTE = "1m"
    FIVE_MINUTES = "5m"
    QUARTER_HOUR = "15m"
    HOUR = "1h"

    @property
    def length(self) -> timedelta:
        return _LENGTHS[self]

    @property
    def finer(self) -> "Resolution | None":
        """The resolution whose windows are merged into this one's; None for the minute, which is folded from events."""
        order = list(Resolution)
        return order[order.index(self) - 1] if self is not Resolution.MINUTE else None

    def containing(self, instant: datetime) -> "Window":
        """The window that holds an instant (aware).

        >>> Resolution.FIVE_MINUTES.containing(datetime(2026, 11, 22, 10, 7, 59, tzinfo=UTC)).key
        '2026-11-22T10:05Z'
        """
        return Window(instant - (instant - EPOCH) % self.length, self)


_LENGTHS = {
    Resolution.MINUTE: timedelta(minutes=1),
    Resolution.FIVE_MINUTES: timedelta(minutes=5),
    Resolution.QUARTER_HOUR: timedelta(minutes=15),
    Resolution.HOUR: timedelta(hours=1),
}


@total_ordering
@dataclass(frozen=True, slots=True)
class Window:
    """The half-open interval [start, end) of one resolution; ordered by start."""

    start: datetime
    resolution: Resolution = Resolution.MINUTE

    @property
    def end(self) -> datetime:
        return self.start + self.resolution.length

    @property
    def key(self) -> str:
        """The start, to the minute, as stores and APIs spell it: sorts as text in the order of time."""
        return self.start.strftime(KEY_FORMAT)

    @property
    def next(self) -> "Window":
        return Window(self.end, self.resolution)

    @property
    def parents(self) -> "tuple[Window, ...]":
        """The windows of all coarser resolutions that hold this one, finest first."""
        order = list(Resolution)
        return tuple(coarser.containing(self.start) for coarser in order[order.index(self.resolution) + 1 :])

    @property
    def ended_parents(self) -> "tuple[Window, ...]":
        """Those parents that end with this window, finest first: they are complete when it is."""
        return tuple(parent for parent in self.parents if parent.end == self.end)

    def children(self) -> "Iterator[Window]":
        """The windows of the next finer resolution that make this one up, in order; none for a minute."""
        finer = self.resolution.finer
        start = self.start
        while finer is not None and start < self.end:
            yield Window(start, finer)
            start += finer.length

    @classmethod
    def from_key(cls, key: str, resolution: Resolution = Resolution.MINUTE) -> "Window":
        return cls(datetime.strptime(key, KEY_FORMAT).replace(tzinfo=UTC), resolution)

    def __lt__(self, other: "Window") -> bool:
        return (self.start, self.end) < (other.start, other.end)


def minutes_since_epoch(at: datetime) -> int:
    """Whole ones.

    >>> minutes_since_epoch(datetime(1970, 1, 2, 0, 5, tzinfo=UTC))
    1445
    """
    return (at - EPOCH) // timedelta(minutes=1)
