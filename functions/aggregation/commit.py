"""One conditional put per item is the only commit point: it is done whole, or what was read is read anew and redone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from functions.aggregation.arrivals import Arrivals, Rows
from shared.errors import TransientError
from shared.windows.ids import EventIds
from shared.windows.state import LARGEST_BYTES, ItemKey, Segment, StateStore
from shared.windows.table import SummaryTable

MOST_LOST_PUTS = 10
"""Of one item in one batch. Two writers meet only after a freeze or a retry, so losing twice is rare already."""

Given = TypeVar("Given")
Made = TypeVar("Made")


class SideBySide(Protocol):
    """`map`, or an executor's `map` where calls may overlap."""

    def __call__(self, do: Callable[[Given], Made], many: Iterable[Given], /) -> Iterable[Made]: ...


class ItemCommit:
    """What is still to be put into one item, against its segments as last read."""

    def __init__(
        self,
        key: ItemKey,
        missing: Arrivals,
        segments: Sequence[Segment],
        summarise: Callable[[Rows], SummaryTable],
        open_segment: Callable[[ItemKey, Sequence[Segment]], Segment],
    ) -> None:
        self.key = key
        self.missing = missing
        self.folded = self.late = self.lost = 0
        self._segments = segments
        self._summarise = summarise
        self._open_segment = open_segment
        self._most = len(missing)
        self._draft, self._portion = Segment.unstored(*key), missing

    def draft(self) -> Segment:
        """The open segment with as much of what is missing as fits; the rest is drafted when this is put."""
        self._draft_portion()
        while self._draft.size_bytes > LARGEST_BYTES and self._most > 1:
            self._most = max(self._most // 4, 1)
            self._draft_portion()
        return self._draft

    def win(self) -> None:
        stored = replace(self._draft, version=self._draft.version + 1)
        self._segments = [*(some for some in self._segments if some.number < stored.number), stored]
        self.folded += len(self._portion.ids)
        self.late += len(self._portion.late_ids) - self._late_and_folded()
        self.missing = self.missing.missing_in([stored])

    def lose(self, segments: Sequence[Segment]) -> None:
        """Another writer was first; what it brought is missing no more."""
        self.lost += 1
        if self.lost > MOST_LOST_PUTS:
            raise TransientError(f"{self.lost} puts of one item were lost to other writers")
        self._segments = segments
        self.missing = self.missing.missing_in(segments)

    def _draft_portion(self) -> None:
        self._portion = self.missing.first(self._most)
        self._draft = _grown(self._open_segment(self.key, self._segments), self._portion, self._summarise)

    def _late_and_folded(self) -> int:
        return sum(int(segment.ids.has(self._portion.late_ids).sum()) for segment in self._segments)


def commit_all(store: StateStore, commits: Sequence[ItemCommit], side_by_side: SideBySide) -> None:
    """Put until nothing is missing. Of several items one may be stored and another not: each is whole by itself."""
    pending = [commit for commit in commits if len(commit.missing)]
    while pending:
        stored = list(side_by_side(store.put, [commit.draft() for commit in pending]))
        lost = [commit for commit, won in zip(pending, stored, strict=True) if not won]
        for commit, won in zip(pending, stored, strict=True):
            if won:
                commit.win()
        for commit, segments in zip(lost, store.segments_of([commit.key for commit in lost]), strict=True):
            commit.lose(segments)
        pending = [commit for commit in pending if len(commit.missing)]


def _grown(segment: Segment, arrivals: Arrivals, summarise: Callable[[Rows], SummaryTable]) -> Segment:
    return replace(
        segment,
        ids=segment.ids.union(EventIds(arrivals.ids)),
        late_ids=segment.late_ids.union(EventIds(arrivals.late_ids)),
        encoded_table=_with(segment, summarise(arrivals.rows)) if len(arrivals.rows) else segment.encoded_table,
    )


def _with(segment: Segment, table: SummaryTable) -> bytes:
    return (SummaryTable.merge([segment.table, table]) if segment.version else table).encode()
