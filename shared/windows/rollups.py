"""Rollups: the stored result of a window for one group, all its measures together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from shared.windows.table import Key, SummaryTable
from shared.windows.window import EPOCH, Resolution, Window

Values = tuple[str | None, ...]

_PERIODS = {
    Resolution.MINUTE: timedelta(hours=1),
    Resolution.FIVE_MINUTES: timedelta(hours=6),
    Resolution.QUARTER_HOUR: timedelta(days=1),
    Resolution.HOUR: timedelta(days=4),
}
_LIVES = {
    Resolution.MINUTE: timedelta(days=30),
    Resolution.FIVE_MINUTES: timedelta(days=90),
    Resolution.QUARTER_HOUR: timedelta(days=180),
    Resolution.HOUR: timedelta(days=400),
}


@dataclass(frozen=True, eq=False, slots=True)
class Rollup:
    """A group's summaries over a window."""

    key: Key
    """The group: (tenant, grouping, values...)."""
    window: Window
    version: int
    """How many events were folded into it."""
    table: SummaryTable
    """The rows of this one key."""
    folded: bool = False
    """A tombstone: the group went into the overflow series. It beats every row, so no late writer brings one back."""

    @property
    def values(self) -> Values:
        return self.key[2:]


@dataclass(frozen=True, slots=True)
class RollupRange:
    """The rollups of one grouping in windows that start in [start, end); of one group if `values` are given."""

    tenant: str
    grouping: str
    resolution: Resolution
    start: datetime
    end: datetime
    values: Values | None = None


class RollupStore(Protocol):
    def put(self, rollups: Sequence[Rollup]) -> None:
        """Store each if none is there or an older version; nothing is stored over a tombstone."""
        ...

    def read(self, wanted: RollupRange, *, after: tuple[Values, Window] | None = None) -> Iterator[Rollup]:
        """Those of a range, tombstones left out, in the order of (period, values as stored text, window); `after` goes
        on behind that rollup.
        """
        ...


def period_of(window: Window) -> datetime:
    """When the span begins whose rollups of a grouping are stored together: some 60 to 100 windows."""
    return window.start - (window.start - EPOCH) % _PERIODS[window.resolution]


def periods_in(wanted: RollupRange) -> Iterator[datetime]:
    """The periods that hold a range's windows, in order."""
    period = period_of(wanted.resolution.containing(wanted.start))
    while period < wanted.end:
        yield period
        period += _PERIODS[wanted.resolution]


def expires_at(window: Window) -> datetime:
    """Coarse windows are kept longer than fine ones."""
    return window.end + _LIVES[window.resolution]
