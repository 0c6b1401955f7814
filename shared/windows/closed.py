"""Closed windows: a head with a version for each, its content in parts, and the cursor that says how far they go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from shared.windows.groups import BUCKETS
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution, Window

FOLDED_BUCKET = BUCKETS
"""The part behind all others: which groups went into the overflow series, with no more than their count of events."""
LIFE_OF_HEADS = timedelta(days=10)
"""Heads and cursor outlive lateness plus the age at which a pack may be redriven."""


@dataclass(frozen=True, slots=True)
class PartRef:
    """Where the rows of one bucket stand; parts are written once, under an id of their own, and never changed."""

    bucket: int
    id: str
    chunks: int


@dataclass(frozen=True, slots=True)
class Head:
    """The committed, current version of a closed window."""

    window: Window
    version: int
    """How many events were folded into the window."""
    late: int
    """How many came too late to be folded (counted, not versioned)."""
    parts: tuple[PartRef, ...]
    announced_at: datetime


@dataclass(frozen=True, slots=True)
class Cursor:
    """Every minute in [first, next) has been announced, in order; so has every coarser window that ended in it."""

    first: Window
    next: Window

    def advanced(self) -> "Cursor":
        return Cursor(self.first, self.next.next)


class ClosedWindowStore(Protocol):
    """Reads of heads and of the cursor are strong."""

    def head(self, window: Window) -> Head | None: ...

    def put_head(self, head: Head) -> bool:
        """Store it if none is there, or an older version, or the same version with fewer late events."""
        ...

    def put_parts(self, window: Window, tables: Mapping[int, SummaryTable]) -> tuple[PartRef, ...]:
        """Store the rows of each bucket under one fresh id."""
        ...

    def part(self, ref: PartRef) -> SummaryTable:
        """One bucket, which is what a consumer of closed windows folds at a time."""
        ...

    def parts(self, head: Head) -> dict[int, SummaryTable]:
        """All buckets of a version."""
        ...

    def cursor(self) -> Cursor | None: ...

    def create_cursor(self, cursor: Cursor) -> bool:
        """False if there is one already."""
        ...

    def advance_cursor(self, cursor: Cursor) -> bool:
        """From this cursor to the next minute; False if it has moved meanwhile."""
        ...


class Doorbell(Protocol):
    """Wakes what projects closed windows and cannot stand at their stream: a table's stream has two readers at most."""

    def ring(self, window: Window) -> None:
        """After the head, whether or not it was put just now: who put it may have died before ringing."""
        ...


class NoDoorbell:
    """Of a hub in which nobody waits for one."""

    def ring(self, window: Window) -> None:
        del window


def windows_ended_by(minute: Window) -> Iterable[Window]:
    """The minute itself, then every coarser window that ends with it, finest first."""
    return (minute, *minute.ended_parents)


def first_minute_not_final(watermark: datetime | None, closing_delay: timedelta, now: datetime) -> Window:
    """Where announcing begins: at the watermark, or at the clock before there is one."""
    return Resolution.MINUTE.containing(now if watermark is None else watermark - closing_delay)


def is_final(window: Window, watermark: datetime | None, closing_delay: timedelta) -> bool:
    """Whether every partition is complete past the window's end by the closing delay."""
    return watermark is not None and watermark >= window.end + closing_delay
