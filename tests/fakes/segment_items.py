"""Heads and blobs of open windows in memory, with the condition that a real store has."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from shared.windows.segments import BlobKey, SegmentHead
from shared.windows.state import ItemKey
from shared.windows.window import EPOCH, Window


class InMemorySegmentItems:
    """`before_put_head` runs between the blobs and their head: to be another writer, or to die."""

    def __init__(self) -> None:
        self.stored_heads: dict[ItemKey, SegmentHead] = {}
        self.stored_blobs: dict[BlobKey, bytes] = {}
        self.advanced: dict[int, datetime] = {}
        self.before_put_head: Callable[[SegmentHead], None] = lambda _head: None

    def heads(self, keys: Sequence[ItemKey]) -> dict[ItemKey, SegmentHead]:
        return {key: self.stored_heads[key] for key in keys if key in self.stored_heads}

    def heads_of(self, minute: Window) -> list[SegmentHead]:
        return [self.stored_heads[key] for key in sorted(self.stored_heads) if key[0] == minute]

    def put_head(self, head: SegmentHead) -> bool:
        self.before_put_head(head)
        stored = self.stored_heads.get((head.minute, head.partition))
        if head.version != (stored.version if stored else 0) + 1:
            return False
        self.stored_heads[head.minute, head.partition] = head
        return True

    def put_blobs(self, blobs: Mapping[BlobKey, bytes]) -> None:
        self.stored_blobs.update(blobs)

    def blobs(self, keys: Sequence[BlobKey]) -> dict[BlobKey, bytes]:
        return {key: self.stored_blobs[key] for key in keys if key in self.stored_blobs}

    def progress(self) -> dict[int, datetime]:
        return dict(self.advanced)

    def advance_progress(self, partition: int, at: datetime) -> None:
        at -= (at - EPOCH) % timedelta(milliseconds=1)
        self.advanced[partition] = max(at, self.advanced.get(partition, at))
