"""Publishing a window: rows first, then its content in parts, then the head that makes the version current.

Level-triggered: whatever was touched, the whole window is computed from what is stored, and each write is let go where
the store has as much already. So it may be repeated, doubled, or frozen half-way and resumed, without harm.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.windows.closed import FOLDED_BUCKET, ClosedWindowStore, Doorbell, Head, NoDoorbell
from shared.windows.groups import TOTAL, Grouping, bucket_of, group_keys, into_overflow, limited, with_few_measures
from shared.windows.rollups import Rollup, RollupStore
from shared.windows.state import StateStore, late_count
from shared.windows.table import Key, SummaryTable, counted_once
from shared.windows.window import Resolution, Window


@dataclass(frozen=True, slots=True)
class Content:
    """All groups of a window, as many as the limit allows, and what was left out."""

    table: SummaryTable
    folded: frozenset[Key]
    late: int

    @property
    def version(self) -> int:
        """How many events it holds: each is in the total of its tenant once."""
        return sum(self.table.events(key) for key in self.table.keys if key[1] == TOTAL)


@dataclass(frozen=True, slots=True)
class Publisher:
    state: StateStore
    closed: ClosedWindowStore
    rollups: RollupStore
    groupings: Sequence[Grouping]
    series_limit: int
    clock: Callable[[], datetime]
    doorbell: Doorbell = field(default_factory=NoDoorbell)

    def publish(self, window: Window) -> int:
        """Write what the window holds now; how many rows were attempted."""
        found = self._content(window)
        rows = list(_rows(window, found))
        self.rollups.put(rows)
        if not self._is_current(window, found):
            self.closed.put_head(self._head(window, found))
        self.doorbell.ring(window)
        return len(rows)

    def _content(self, window: Window) -> Content:
        if window.resolution is Resolution.MINUTE:
            return self._content_of_minute(window)
        return self._content_of_parent(window)

    def _content_of_minute(self, minute: Window) -> Content:
        segments = self.state.minute(minute)
        cells = SummaryTable.merge([segment.table for segment in segments])
        table, folded = limited(cells.rekey(group_keys(self.groupings)), self.series_limit)
        return Content(with_few_measures(table), folded, late_count(segments))

    def _content_of_parent(self, window: Window) -> Content:
        """The merge of its children. A group that overflowed in one of them overflows here, with all that it has in
        the others: else its row would shrink when that happens, and rows only grow.
        """
        heads = [head for child in window.children() if (head := self.closed.head(child))]
        parts = [self.closed.parts(head) for head in heads]
        overflowed = frozenset(key for part in parts if FOLDED_BUCKET in part for key in part.pop(FOLDED_BUCKET).keys)
        merged = SummaryTable.merge([table for part in parts for table in part.values()])
        table, folded = limited(merged.rekey(into_overflow(overflowed)), self.series_limit)
        return Content(with_few_measures(table), folded | overflowed, sum(head.late for head in heads))

    def _is_current(self, window: Window, found: Content) -> bool:
        """A head of this version or a later one is there: parts of our own would be written for nobody."""
        head = self.closed.head(window)
        return head is not None and (head.version, head.late) >= (found.version, found.late)

    def _head(self, window: Window, found: Content) -> Head:
        buckets = found.table.split(bucket_of)
        if found.folded:
            buckets[FOLDED_BUCKET] = counted_once(found.folded)
        parts = self.closed.put_parts(window, buckets)
        return Head(window, found.version, found.late, parts, self.clock())


def _rows(window: Window, found: Content) -> Iterator[Rollup]:
    """A row for each group, and a tombstone for each that may have had a row before it went over the limit."""
    for key, table in found.table.per_key():
        yield Rollup(key, window, table.events(key), table)
    for key in sorted(found.folded, key=str):
        yield Rollup(key, window, 0, SummaryTable.empty(), folded=True)
