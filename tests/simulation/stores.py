"""The stores in memory, reached over the boundary: no read of many items is a snapshot, no write of many is atomic."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import count

from shared.errors import TransientError
from shared.windows.closed import Cursor, Head, PartRef
from shared.windows.rollups import Rollup
from shared.windows.state import ItemKey, Segment
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution, Window
from tests.fakes.closed_window_store import InMemoryClosedWindowStore
from tests.fakes.rollup_store import InMemoryRollupStore
from tests.fakes.state_store import InMemoryStateStore
from tests.simulation.faults import World

STATE, CLOSED, ROLLUPS = "state", "closed", "rollups"
SERVICES = (STATE, CLOSED, ROLLUPS, "failures", "kinesis")
PROGRESS = "progress"


class SimulatedStateStore(InMemoryStateStore):
    """The table window_state. `changed` is its stream: it is told the partition key of every item that was written."""

    def __init__(self, world: World, changed: Callable[[str], None]) -> None:
        super().__init__()
        self.world = world
        self.changed = changed
        self.on_progress: Callable[[int, datetime], None] = lambda _partition, _at: None

    def segments_of(self, keys: Sequence[ItemKey]) -> list[list[Segment]]:
        self.world.pause(STATE, "segments_of")
        return [self._segments(minute, partition) for minute, partition in keys]

    def _segments(self, minute: Window, partition: int) -> list[Segment]:
        """First the first; when that is frozen, a moment later, those behind it."""
        first = self.stored.get((minute, partition, 0))
        self.world.maybe_pause(STATE, "segments")
        if first is None:
            return []
        return [first, *self._of(minute, partition)[1:]] if first.is_frozen else [first]

    def _of(self, minute: Window, partition: int) -> list[Segment]:
        found, number = [], 0
        while segment := self.stored.get((minute, partition, number)):
            found.append(segment)
            number += 1
        return found

    def minute(self, minute: Window) -> list[Segment]:
        self.world.pause(STATE, "minute")
        found: list[Segment] = []
        while (partition := self._partition_after(minute, found)) is not None:
            found += self._of(minute, partition)
            self.world.maybe_pause(STATE, "minute")
        return found

    def _partition_after(self, minute: Window, found: Sequence[Segment]) -> int | None:
        """The next one as a Query reads on, which sees what has been stored meanwhile further down."""
        least = found[-1].partition + 1 if found else 0
        return min((p for of, p, _ in self.stored if of == minute and p >= least), default=None)

    def put(self, segment: Segment) -> bool:
        return self.world.write(STATE, "put", lambda: self._put(segment), otherwise=False)

    def _put(self, segment: Segment) -> bool:
        won = super().put(segment)
        if won:
            self.changed(segment.minute.key)
        return won

    def progress(self) -> dict[int, datetime]:
        return self.world.read(STATE, "progress", super().progress)

    def advance_progress(self, partition: int, at: datetime) -> None:
        self.world.write(STATE, "advance_progress", lambda: self._advance(partition, at))

    def _advance(self, partition: int, at: datetime) -> None:
        before = self.advanced.get(partition)
        self.store_progress(partition, at)
        if self.advanced.get(partition) != before:
            self.on_progress(partition, self.advanced[partition])
            self.changed(PROGRESS)

    def store_progress(self, partition: int, at: datetime) -> None:
        super().advance_progress(partition, at)


class SimulatedClosedWindowStore(InMemoryClosedWindowStore):
    """`on_head` and `on_parts` see what becomes the truth, and what is read of it; `rings` is the table's stream, which is
    told the partition key of every head of a minute and of the cursor.
    """

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self._numbers = count()
        self.on_head: Callable[[Head | None, Head], None] = lambda _before, _head: None
        self.on_parts: Callable[[Head, Mapping[int, SummaryTable]], None] = lambda _head, _parts: None
        self.on_cursor: Callable[[Cursor | None, Cursor], None] = lambda _before, _cursor: None
        self.rings: Callable[[str], None] = lambda _key: None

    def head(self, window: Window) -> Head | None:
        return self.world.read(CLOSED, "head", lambda: self.heads.get(window))

    def put_head(self, head: Head) -> bool:
        return self.world.write(CLOSED, "put_head", lambda: self._put_head(head), otherwise=False)

    def _put_head(self, head: Head) -> bool:
        before = self.heads.get(head.window)
        won = super().put_head(head)
        if won:
            self.on_head(before, head)
            self.rung(head)
        return won

    def rung(self, head: Head) -> None:
        if head.window.resolution is Resolution.MINUTE:
            self.rings(f"{head.window.resolution.value}#{head.window.key}")

    def put_parts(self, window: Window, tables: Mapping[int, SummaryTable]) -> tuple[PartRef, ...]:
        return self.put_parts_as(self.new_part_id(window), tables)

    def put_parts_as(self, part_id: str, tables: Mapping[int, SummaryTable]) -> tuple[PartRef, ...]:
        self.world.pause(CLOSED, "put_parts")
        for bucket, table in tables.items():
            self.stored_parts.setdefault(part_id, {})[bucket] = table
            self.world.maybe_pause(CLOSED, "put_parts")
        return tuple(PartRef(bucket, part_id, 1) for bucket in sorted(tables))

    def new_part_id(self, window: Window) -> str:
        return f"{window.resolution.value}#{window.key}#{next(self._numbers)}"

    def parts(self, head: Head) -> dict[int, SummaryTable]:
        return self.world.read(CLOSED, "parts", lambda: self._parts(head))

    def _parts(self, head: Head) -> dict[int, SummaryTable]:
        try:
            found = {ref.bucket: self.stored_parts[ref.id][ref.bucket] for ref in head.parts}
        except KeyError:
            raise TransientError("parts are not complete") from None
        self.on_parts(head, found)
        return found

    def cursor(self) -> Cursor | None:
        return self.world.read(CLOSED, "cursor", super().cursor)

    def create_cursor(self, cursor: Cursor) -> bool:
        return self.world.write(CLOSED, "create_cursor", lambda: self._create(cursor), otherwise=False)

    def _create(self, cursor: Cursor) -> bool:
        before = self.stored_cursor
        won = super().create_cursor(cursor)
        if won:
            self.on_cursor(before, cursor)
        return won

    def advance_cursor(self, cursor: Cursor) -> bool:
        return self.world.write(CLOSED, "advance_cursor", lambda: self._advance(cursor), otherwise=False)

    def _advance(self, cursor: Cursor) -> bool:
        before = self.stored_cursor
        won = super().advance_cursor(cursor)
        if won and self.stored_cursor:
            self.on_cursor(before, self.stored_cursor)
            self.rings("cursor")
        return won


class SimulatedRollupStore(InMemoryRollupStore):
    """Rows are put one by one, in any order, as threads would."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.attempts = 0

    def put(self, rollups: Sequence[Rollup]) -> None:
        rows = self.world.rng.sample(rollups, len(rollups))
        self.world.pause(ROLLUPS, "put")
        for row in rows:
            self.attempts += 1
            self._put(row)
            self.world.maybe_pause(ROLLUPS, "put")
        self.world.pause_after("put")

    def _put(self, row: Rollup) -> None:
        super().put([row])
