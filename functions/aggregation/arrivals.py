"""What a batch brings to one (minute, partition), and which part of it that item does not hold yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from functions.aggregation.contents import Contents
from shared.windows.ids import IdColumn
from shared.windows.state import ItemKey, Segment

Rows = NDArray[np.int64]
"""Places of events in the batch's contents."""


@dataclass(frozen=True, eq=False, slots=True)
class Arrivals:
    """Distinct events, sorted by id: those on time with the row of their first copy, and the ids of those that came too late.

    An id may be in both. Late ids are kept even of events that were folded: which copy comes first is chance, and state
    must not depend on it.
    """

    ids: IdColumn
    rows: Rows
    late_ids: IdColumn

    def __len__(self) -> int:
        return len(self.ids) + len(self.late_ids)

    def missing_in(self, segments: Sequence[Segment]) -> "Arrivals":
        """What none of the segments holds. An old segment counts as much as the newest one."""
        unknown = np.ones(len(self.ids), dtype=np.bool_)
        late_unknown = np.ones(len(self.late_ids), dtype=np.bool_)
        for segment in segments:
            unknown &= ~segment.ids.has(self.ids)
            late_unknown &= ~segment.late_ids.has(self.late_ids)
        return Arrivals(self.ids[unknown], self.rows[unknown], self.late_ids[late_unknown])

    def first(self, most: int) -> "Arrivals":
        """At most so many events of each kind."""
        return Arrivals(self.ids[:most], self.rows[:most], self.late_ids[:most])


def arrivals_by_item(contents: Contents) -> Iterator[tuple[ItemKey, Arrivals]]:
    """Only items that have events; in the order of partition and minute."""
    if not contents.items:
        return
    order = np.argsort(contents.item, kind="stable")
    ends = np.cumsum(np.bincount(contents.item, minlength=len(contents.items)))
    for item, rows in zip(contents.items, np.split(order, ends[:-1]), strict=True):
        yield item, _arrivals(contents, rows)


def _arrivals(contents: Contents, rows: Rows) -> Arrivals:
    late = contents.late[rows]
    on_time = rows[~late]
    ids, first = np.unique(contents.ids[on_time], return_index=True)
    return Arrivals(ids, on_time[first], np.unique(contents.ids[rows[late]]))
