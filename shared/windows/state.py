"""The state of open windows: what one partition folded into one minute, and how far each partition is complete."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from shared.windows.ids import EventIds
from shared.windows.table import SummaryTable
from shared.windows.window import Window

FREEZES_AT_BYTES = 300_000
LARGEST_BYTES = 390_000
"""A stored item may have 400 KB; what does not fit waits for the next put, so every segment ends between the two."""
LIFE_OF_STATE = timedelta(days=9)
"""How long a minute may be folded into: an event's age at ingestion (7 days) and a stream's retention fit in."""
CLOCK_SKEW = timedelta(days=1)
"""Minutes farther ahead than any clock goes wrong are no minutes of this hub."""
StateLayout = Literal["items", "segments"]
"""Whether an item is grown until it freezes, or every commit is an immutable segment that a small head lists."""


@dataclass(frozen=True, eq=False, slots=True)
class Segment:
    """One stored item of a (minute, partition): ids and counts that are committed together, or not at all.

    Only the last segment is written, and the next begins only when the last is stored as frozen. So whoever read the
    segments before an id was committed loses the condition of its own put.
    """

    minute: Window
    partition: int
    number: int
    version: int
    """How often it was stored; 0 means not yet."""
    ids: EventIds
    late_ids: EventIds
    encoded_table: bytes
    """The table as it is stored: most readers of a frozen segment want nothing but its ids."""

    @classmethod
    def unstored(cls, minute: Window, partition: int, number: int = 0) -> "Segment":
        return cls(minute, partition, number, 0, EventIds.empty(), EventIds.empty(), SummaryTable.empty().encode())

    @property
    def table(self) -> SummaryTable:
        return SummaryTable.decode(self.encoded_table)

    @property
    def size_bytes(self) -> int:
        return self.ids.size_bytes + self.late_ids.size_bytes + len(self.encoded_table)

    @property
    def is_frozen(self) -> bool:
        return self.size_bytes >= FREEZES_AT_BYTES

    @property
    def expires_at(self) -> datetime:
        return expiry(self.minute)


ItemKey = tuple[Window, int]
"""(minute, partition): what a segment is a part of."""


class StateStore(Protocol):
    """Every read is strong: it sees all that was stored before it began."""

    def segments(self, minute: Window, partition: int) -> list[Segment]:
        """All segments of one (minute, partition), by number; empty if nothing came."""
        ...

    def segments_of(self, keys: Sequence[ItemKey]) -> list[list[Segment]]:
        """`segments` for each of many distinct keys, in their order; without the tables of those that never change."""
        ...

    def open_segment(self, key: ItemKey, segments: Sequence[Segment]) -> Segment:
        """Where the next events of the item go that has these segments: into its last one, or into one behind it."""
        ...

    def minute(self, minute: Window) -> list[Segment]:
        """All segments of all partitions, by partition and number."""
        ...

    def put(self, segment: Segment) -> bool:
        """Store as version + 1, provided that the stored version is the segment's; False if another was first."""
        ...

    def progress(self) -> dict[int, datetime]:
        """Up to when each partition is complete; one that was never heard of is absent."""
        ...

    def advance_progress(self, partition: int, at: datetime) -> None:
        """Progress only grows (to the millisecond, rounded down): an older instant than the stored one is let go."""
        ...


def last_or_next(key: ItemKey, segments: Sequence[Segment]) -> Segment:
    """The last segment until it is frozen."""
    return segments[-1] if segments and not segments[-1].is_frozen else next_segment(key, segments)


def next_segment(key: ItemKey, segments: Sequence[Segment]) -> Segment:
    return Segment.unstored(*key, number=segments[-1].number + 1 if segments else 0)


def expiry(minute: Window) -> datetime:
    """A day after the minute is closed to all events, so that nothing expires that may still be folded into."""
    return minute.end + LIFE_OF_STATE + timedelta(days=1)


def has_state(minute: Window, now: datetime) -> bool:
    """Whether a minute may still be folded into; one whose ids are forgotten would count its events again."""
    return now - LIFE_OF_STATE <= minute.start <= now + CLOCK_SKEW


def late_count(segments: Iterable[Segment]) -> int:
    """Events that came too late to be folded: one that was late in one copy and on time in another was folded."""
    segments = list(segments)
    late = EventIds.merged(segment.late_ids for segment in segments)
    for segment in segments:
        late = late.without(segment.ids)
    return len(late)


def watermark(progress: Mapping[int, datetime], partitions: int) -> datetime | None:
    """The instant up to which every partition is complete; None while one of them was never heard of."""
    if any(partition not in progress for partition in range(partitions)):
        return None
    return min(progress[partition] for partition in range(partitions))
