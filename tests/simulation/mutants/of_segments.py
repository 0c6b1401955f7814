"""Mistakes in the layout of immutable segments."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from shared.windows.segmented import SegmentedStateStore
from shared.windows.segments import BlobKey, SegmentHead, SegmentRef
from shared.windows.state import ItemKey, Segment
from shared.windows.table import SummaryTable
from tests.simulation.segmented import SimulatedSegmentItems, SimulatedSegmentStore


class _PutsAnyHead(SimulatedSegmentItems):
    def _put_head(self, head: SegmentHead) -> bool:
        self.stored_heads[head.minute, head.partition] = replace(head, version=head.version - 1)
        return super()._put_head(head)


class HeadWithoutCondition(SimulatedSegmentStore):
    items = _PutsAnyHead


class _StoresBlobsAfterTheHead(SimulatedSegmentItems):
    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._held: dict[BlobKey, bytes] = {}

    def put_blobs(self, blobs: Mapping[BlobKey, bytes]) -> None:
        self._held.update(blobs)

    def put_head(self, head: SegmentHead) -> bool:
        won = super().put_head(head)
        listed = {head.blob(ref, content) for ref in head.refs for content in ("ids", "table")}
        super().put_blobs({key: self._held.pop(key) for key in listed & self._held.keys()})
        return won


class _ToleratesWhatIsMissing(SegmentedStateStore):
    """Takes a segment that is listed and not found for an empty one."""

    def _read(self, names: Any) -> dict[BlobKey, bytes]:
        names = list(names)
        empty = {"ids": b"", "table": SummaryTable.empty().encode()}
        return {name: empty[name.content] for name in names} | self._items.blobs(names)


class HeadBeforeSegments(SimulatedSegmentStore):
    items = _StoresBlobsAfterTheHead
    segmented = _ToleratesWhatIsMissing


class _NamesByNumber(SegmentedStateStore):
    """Two writers of the same number write the same blobs."""

    def put(self, segment: Segment) -> bool:
        self._new_id = lambda: "same"
        return super().put(segment)


class SegmentsNamedByNumber(SimulatedSegmentStore):
    segmented = _NamesByNumber


class _LosesTheOldest(SegmentedStateStore):
    def _merged(self, head: SegmentHead, refs: Sequence[SegmentRef]) -> list[Segment]:
        return super()._merged(head, refs[1:])


class MergeLosesASegment(SimulatedSegmentStore):
    segmented = _LosesTheOldest


class _ForgetsLateIds(SegmentedStateStore):
    def _merged(self, head: SegmentHead, refs: Sequence[SegmentRef]) -> list[Segment]:
        return [replace(some, late_ids=some.late_ids.without(some.late_ids)) for some in super()._merged(head, refs)]


class MergeForgetsLateIds(SimulatedSegmentStore):
    segmented = _ForgetsLateIds


class _MergesByAnOlderHead(SegmentedStateStore):
    """Numbers the segment by the head of now instead of the one that its ids were compared with."""

    def put(self, segment: Segment) -> bool:
        key = (segment.minute, segment.partition)
        head = self._items.heads([key]).get(key)
        return super().put(replace(segment, number=head.version if head else 0))


class PutOnAnyHead(SimulatedSegmentStore):
    segmented = _MergesByAnOlderHead


class _ReadsHeadsLate(SimulatedSegmentItems):
    """Reads that are not strong: of heads stored in the last seconds, the one before may be seen."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._history: dict[ItemKey, list[tuple[float, SegmentHead]]] = defaultdict(list)

    def _put_head(self, head: SegmentHead) -> bool:
        won = super()._put_head(head)
        if won:
            self._history[head.minute, head.partition].append((self.world.scheduler.now, head))
        return won

    def heads_of(self, minute: Any) -> list[SegmentHead]:
        seen_until = self.world.scheduler.now - self.world.rng.uniform(0, 3)
        return [seen for head in super().heads_of(minute) for seen in self._seen(head, seen_until)]

    def _seen(self, head: SegmentHead, until: float) -> list[SegmentHead]:
        return [one for at, one in self._history[head.minute, head.partition] if at <= until][-1:]


class StaleHeads(SimulatedSegmentStore):
    items = _ReadsHeadsLate
