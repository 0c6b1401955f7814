"""State as immutable segments: a commit writes what it brings and then, on condition, the small head that lists it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from shared.errors import TransientError
from shared.windows.ids import ID_BYTES, EventIds
from shared.windows.segments import BlobKey, SegmentHead, SegmentItems, SegmentRef, to_merge
from shared.windows.state import ItemKey, Segment, next_segment
from shared.windows.table import SummaryTable
from shared.windows.window import Window

_NO_TABLE = b""

Stored = tuple[SegmentRef, Mapping[BlobKey, bytes]]


class SegmentedStateStore:
    """`StateStore` whose segments are never written again, so none is open and its number is what a put relies on.

    A put of number n is on condition that the head has been put n times. Blobs are stored before the head that lists
    them: those of a writer that lost or died are listed nowhere, and expire. A head read once lists what is stored for
    good, so what is read of it is one state of the item, however late.
    """

    def __init__(self, items: SegmentItems, new_id: Callable[[], str]) -> None:
        self._items = items
        self._new_id = new_id

    def segments(self, minute: Window, partition: int) -> list[Segment]:
        return self._whole(list(self._items.heads([(minute, partition)]).values()))

    def segments_of(self, keys: Sequence[ItemKey]) -> list[list[Segment]]:
        heads = self._items.heads(keys)
        ids = self._read(head.blob(ref, "ids") for head in heads.values() for ref in head.refs)
        return [
            [_segment(head, ref, ids[head.blob(ref, "ids")], _NO_TABLE) for ref in head.refs]
            for head in (heads.get(key) or _no_head(key) for key in keys)
        ]

    def open_segment(self, key: ItemKey, segments: Sequence[Segment]) -> Segment:
        return next_segment(key, segments)

    def minute(self, minute: Window) -> list[Segment]:
        return self._whole(self._items.heads_of(minute))

    def put(self, segment: Segment) -> bool:
        """A writer that has lost already writes nothing."""
        key = (segment.minute, segment.partition)
        head = self._items.heads([key]).get(key) or _no_head(key)
        if segment.version or segment.number != head.version:
            return False
        merged = to_merge(head.refs)
        added = [self._stored(head, each) for each in (*self._merged(head, merged), segment)]
        self._items.put_blobs({name: blob for _, blobs in added for name, blob in blobs.items()})
        return self._items.put_head(head.followed_by((ref for ref, _ in added), merged))

    def progress(self) -> dict[int, datetime]:
        return self._items.progress()

    def advance_progress(self, partition: int, at: datetime) -> None:
        self._items.advance_progress(partition, at)

    def _stored(self, head: SegmentHead, segment: Segment) -> Stored:
        ref = SegmentRef(segment.number, self._new_id(), len(segment.late_ids), segment.size_bytes)
        ids = segment.ids.encode() + segment.late_ids.encode()
        return ref, {head.blob(ref, "ids"): ids, head.blob(ref, "table"): segment.encoded_table}

    def _merged(self, head: SegmentHead, refs: Sequence[SegmentRef]) -> list[Segment]:
        """One segment with the content of several; it takes the place of the last of them."""
        if not refs:
            return []
        parts = self._whole([SegmentHead(head.minute, head.partition, head.version, tuple(refs))])
        table = SummaryTable.merge([part.table for part in parts]).encode()
        ids, late_ids = (EventIds.merged(some) for some in ((p.ids for p in parts), (p.late_ids for p in parts)))
        return [Segment(head.minute, head.partition, parts[-1].number, 0, ids, late_ids, table)]

    def _whole(self, heads: Sequence[SegmentHead]) -> list[Segment]:
        listed = [(head, ref, head.blob(ref, "ids"), head.blob(ref, "table")) for head in heads for ref in head.refs]
        blobs = self._read(name for _, _, *names in listed for name in names)
        return [_segment(head, ref, blobs[ids], blobs[table]) for head, ref, ids, table in listed]

    def _read(self, names: Iterable[BlobKey]) -> dict[BlobKey, bytes]:
        names = list(names)
        blobs = self._items.blobs(names)
        if len(blobs) < len(names):
            raise TransientError("segments: some that are listed were not found")
        return blobs


def _no_head(key: ItemKey) -> SegmentHead:
    return SegmentHead(*key, version=0, refs=())


def _segment(head: SegmentHead, ref: SegmentRef, ids: bytes, table: bytes) -> Segment:
    on_time = len(ids) - ref.late * ID_BYTES
    return Segment(
        minute=head.minute,
        partition=head.partition,
        number=ref.number,
        version=1,
        ids=EventIds.decode(ids[:on_time]),
        late_ids=EventIds.decode(ids[on_time:]),
        encoded_table=table,
    )
