"""Rollups: the stored result of a window for one group, all its measures together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.windows.table import Key, SummaryTable
from shared.windows.window import Resolution, Window

Values = tuple[str | None, ...]


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


class RollupStore(Protocol):
    def put(self, rollups: Sequence[Rollup]) -> None:
        """Store each if none is there or an older version; nothing is stored over a tombstone."""
        ...

    def read(
        self,
        tenant: str,
        grouping: str,
        resolution: Resolution,
        start: datetime,
        end: datetime,
        values: Values | None = None,
        *,
        after: tuple[Values, Window] | None = None,
    ) -> Iterator[Rollup]:
        """Those of windows that start in [start, end), of one group if `values` are given, tombstones left out.

        In the order of (period, values, start), values as their stored text; `after` goes on behind that rollup.
        """
        ...
