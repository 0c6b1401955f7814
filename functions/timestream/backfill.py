"""Fills a mirror from what the hub has kept: windows that still have a head as a whole, older ones from their rollups."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from functions.timestream.mirror import MirrorWindows, Outcome
from shared.mirror.points import Points
from shared.mirror.stores import Mirror
from shared.windows.groups import Grouping, grouping_name
from shared.windows.rollups import Rollup, RollupRange, RollupStore
from shared.windows.table import SummaryTable
from shared.windows.window import Window

_ROLLUPS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Span:
    """The windows of `first`'s resolution from `first` on that start before `end`."""

    first: Window
    end: datetime


@dataclass(frozen=True, slots=True)
class Backfill:
    windows: MirrorWindows
    rollups: RollupStore
    mirror: Mirror
    groupings: Sequence[Grouping]

    def run(self, span: Span, tenants: Sequence[str], until: datetime) -> tuple[Outcome, Window | None]:
        """What was written, and where to go on when time was up. Rollups are read of these tenants."""
        done, window = Outcome(), span.first
        while window.start < span.end:
            if self.windows.clock() >= until:
                return done, window
            done += self.windows.write(window) if self.windows.closed.head(window) else self._kept(window, tenants)
            window = window.next
        return done, None

    def _kept(self, window: Window, tenants: Sequence[str]) -> Outcome:
        """A window without a head takes no event any more, so its rollups are its last."""
        found = [
            rollup
            for tenant in tenants
            for grouping in self.groupings
            for rollup in self.rollups.read(
                RollupRange(tenant, grouping_name(grouping), window.resolution, window.start, window.end)
            )
        ]
        outcomes = (
            self._put(window, found[at : at + _ROLLUPS_AT_ONCE]) for at in range(0, len(found), _ROLLUPS_AT_ONCE)
        )
        return sum(outcomes, Outcome(windows=bool(found)))

    def _put(self, window: Window, rollups: Sequence[Rollup]) -> Outcome:
        table = SummaryTable.merge([rollup.table for rollup in rollups])
        points = Points.of(window, max(rollup.version for rollup in rollups), table)
        return Outcome(points=len(points), refused=self.mirror.put(points))
