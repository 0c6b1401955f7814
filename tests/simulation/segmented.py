"""The layout of immutable segments: its own code, over simulated items."""

from collections.abc import Callable, Mapping, Sequence
from itertools import count

from shared.windows.segmented import SegmentedStateStore
from shared.windows.segments import BlobKey, SegmentHead
from shared.windows.state import ItemKey, Segment
from shared.windows.window import Window
from tests.fakes.segment_items import InMemorySegmentItems
from tests.simulation.faults import World
from tests.simulation.stores import STATE, SimulatedStateStore


class SimulatedSegmentItems(InMemorySegmentItems):
    """No read of many items is a snapshot, no write of many is atomic; only heads ring. `on_head` sees each commit."""

    def __init__(self, world: World, changed: Callable[[str], None], on_head: Callable[[SegmentHead], None]) -> None:
        super().__init__()
        self.world = world
        self.changed = changed
        self.on_head = on_head

    def heads(self, keys: Sequence[ItemKey]) -> dict[ItemKey, SegmentHead]:
        self.world.pause(STATE, "segments_of")
        return super().heads(keys)

    def heads_of(self, minute: Window) -> list[SegmentHead]:
        self.world.pause(STATE, "minute")
        found = []
        for partition in sorted(p for of, p in self.stored_heads if of == minute):
            found.append(self.stored_heads[minute, partition])
            self.world.maybe_pause(STATE, "minute")
        return found

    def put_head(self, head: SegmentHead) -> bool:
        return self.world.write(STATE, "put", lambda: self._put_head(head), otherwise=False)

    def _put_head(self, head: SegmentHead) -> bool:
        won = super().put_head(head)
        if won:
            self.on_head(head)
            self.changed(head.minute.key)
        return won

    def put_blobs(self, blobs: Mapping[BlobKey, bytes]) -> None:
        for key in self.world.rng.sample(list(blobs), len(blobs)):
            self.world.maybe_pause(STATE, "put_blobs")
            super().put_blobs({key: blobs[key]})
        self.world.pause_after("put_blobs")

    def blobs(self, keys: Sequence[BlobKey]) -> dict[BlobKey, bytes]:
        self.world.maybe_pause(STATE, "blobs")
        return super().blobs(keys)


class SimulatedSegmentStore(SimulatedStateStore):
    """`stored` is what the heads list at this moment, for the oracle alone; the stages go through the items."""

    items: type[SimulatedSegmentItems] = SimulatedSegmentItems
    segmented: type[SegmentedStateStore] = SegmentedStateStore

    def __init__(self, world: World, changed: Callable[[str], None]) -> None:
        super().__init__(world, changed)
        numbers = count()
        self._items = self.items(world, self._ring, self._list)
        self._segmented = self.segmented(self._items, lambda: str(next(numbers)))

    def _ring(self, key: str) -> None:
        self.changed(key)

    def _list(self, head: SegmentHead) -> None:
        listed = InMemorySegmentItems()
        listed.stored_heads, listed.stored_blobs = {(head.minute, head.partition): head}, self._items.stored_blobs
        segments = SegmentedStateStore(listed, str).segments(head.minute, head.partition)
        kept = {key: some for key, some in self.stored.items() if key[:2] != (head.minute, head.partition)}
        self.stored = {**kept, **{(head.minute, head.partition, some.number): some for some in segments}}
        self.world.counts["merges of segments"] += head.version > 1 and len(head.refs) < head.version

    def segments_of(self, keys: Sequence[ItemKey]) -> list[list[Segment]]:
        return self._segmented.segments_of(keys)

    def open_segment(self, key: ItemKey, segments: Sequence[Segment]) -> Segment:
        return self._segmented.open_segment(key, segments)

    def minute(self, minute: Window) -> list[Segment]:
        return self._segmented.minute(minute)

    def put(self, segment: Segment) -> bool:
        return self._segmented.put(segment)
