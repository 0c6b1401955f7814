"""The state of open windows in memory, with the faults that a real store has on bad days."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from shared.errors import TransientError
from shared.windows.state import ItemKey, Segment, last_or_next
from shared.windows.window import EPOCH, Window


class InMemoryStateStore:
    """Keeps what a put would store. `before_put` runs before each put: to be another writer, or to fail."""

    def __init__(self) -> None:
        self.stored: dict[tuple[Window, int, int], Segment] = {}
        self.advanced: dict[int, datetime] = {}
        self.before_put: Callable[[Segment], None] = lambda _segment: None
        self.puts = 0
        self.lost = 0

    def segments(self, minute: Window, partition: int) -> list[Segment]:
        return [segment for segment in self.minute(minute) if segment.partition == partition]

    def segments_of(self, keys: Sequence[ItemKey]) -> list[list[Segment]]:
        return [self.segments(minute, partition) for minute, partition in keys]

    def open_segment(self, key: ItemKey, segments: Sequence[Segment]) -> Segment:
        return last_or_next(key, segments)

    def minute(self, minute: Window) -> list[Segment]:
        return [self.stored[key] for key in sorted(self.stored) if key[0] == minute]

    def put(self, segment: Segment) -> bool:
        self.before_put(segment)
        key = (segment.minute, segment.partition, segment.number)
        stored = self.stored.get(key)
        self.puts += 1
        if segment.version != (stored.version if stored else 0):
            self.lost += 1
            return False
        self.stored[key] = replace(segment, version=segment.version + 1)
        return True

    def progress(self) -> dict[int, datetime]:
        return dict(self.advanced)

    def advance_progress(self, partition: int, at: datetime) -> None:
        at -= (at - EPOCH) % timedelta(milliseconds=1)
        self.advanced[partition] = max(at, self.advanced.get(partition, at))


def refuse(_segment: Segment) -> None:
    """A `before_put` of a store that is out of order."""
    raise TransientError("the store is out of order")
