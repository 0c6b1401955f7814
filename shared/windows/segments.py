"""What the layout of immutable segments is stored as: a head for each (minute, partition), and what it lists, as blobs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Literal, Protocol

import msgspec

from shared.windows.state import ItemKey
from shared.windows.window import Window

SMALL_BYTES = 64_000
MOST_SMALL = 48
"""More than the commits of a busy minute, at one in 2 seconds: only what trickles is ever merged."""
MERGED_BYTES = 256_000
"""Of the segments that are merged into one, so that it fits into an item whatever they hold."""


class SegmentRef(msgspec.Struct, frozen=True, array_like=True):
    """One segment as its head lists it. Two who write the same number at once differ in the id."""

    number: int
    id: str
    late: int
    """How many of its ids are those of events that came too late."""
    size_bytes: int


Content = Literal["ids", "table"]


@dataclass(frozen=True, slots=True)
class BlobKey:
    """One half of a segment: who only dedups reads no tables."""

    minute: Window
    partition: int
    number: int
    id: str
    content: Content


@dataclass(frozen=True, slots=True)
class SegmentHead:
    """The committed state of one (minute, partition). Its version is how often it was put."""

    minute: Window
    partition: int
    version: int
    refs: tuple[SegmentRef, ...]

    def blob(self, ref: SegmentRef, content: Content) -> BlobKey:
        return BlobKey(self.minute, self.partition, ref.number, ref.id, content)

    def followed_by(self, added: Iterable[SegmentRef], merged: Iterable[SegmentRef]) -> "SegmentHead":
        """The next version, which lists what was added instead of what was merged."""
        refs = [*(ref for ref in self.refs if ref not in set(merged)), *added]
        refs.sort(key=lambda ref: ref.number)
        return SegmentHead(self.minute, self.partition, self.version + 1, tuple(refs))


def to_merge(refs: Sequence[SegmentRef]) -> list[SegmentRef]:
    """The oldest small segments that fit into one, once there are too many of them; none before."""
    small = [ref for ref in refs if ref.size_bytes < SMALL_BYTES]
    if len(small) < MOST_SMALL:
        return []
    sizes = accumulate(ref.size_bytes for ref in small)
    return [ref for ref, size in zip(small, sizes, strict=True) if size <= MERGED_BYTES]


class SegmentItems(Protocol):
    """A store of items that can do one thing on a condition: put a head. Every read is strong."""

    def heads(self, keys: Sequence[ItemKey]) -> dict[ItemKey, SegmentHead]:
        """Of these distinct keys those that have one."""
        ...

    def heads_of(self, minute: Window) -> list[SegmentHead]:
        """Of all partitions, in their order."""
        ...

    def put_head(self, head: SegmentHead) -> bool:
        """Provided that the version before it is stored, or none if it is the first; False if another was first."""
        ...

    def put_blobs(self, blobs: Mapping[BlobKey, bytes]) -> None:
        """Return when all are stored. They are never written again, and expire no earlier than their head."""
        ...

    def blobs(self, keys: Sequence[BlobKey]) -> dict[BlobKey, bytes]:
        """Of these distinct keys those that are stored."""
        ...

    def progress(self) -> dict[int, datetime]: ...

    def advance_progress(self, partition: int, at: datetime) -> None: ...
