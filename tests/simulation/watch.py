"""What must hold at every moment, checked at each write: a run ends at the first one that breaks it."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from shared.measures.measure import CUSTOM_PREFIX
from shared.windows.closed import FOLDED_BUCKET, Cursor, Head
from shared.windows.groups import TOTAL
from shared.windows.state import Segment
from shared.windows.table import EVENTS, Key, SummaryTable
from shared.windows.window import Resolution, Window
from tests.simulation.failures import RecordId, SimulatedFailures
from tests.simulation.ledger import Arrival, EventId, Ledger
from tests.simulation.scenario import CLOSING_DELAY
from tests.simulation.stores import SimulatedClosedWindowStore, SimulatedStateStore


class Violation(Exception):
    """A promise of the hub was broken."""


def demand(holds: object, promise: str) -> None:
    if not holds:
        raise Violation(promise)


class Watch:
    def __init__(self, ledger: Ledger, partitions: int, *, forgives_age: bool) -> None:
        self._forgives_age = forgives_age
        self._ledger = ledger
        self._partitions = partitions
        self._progress: dict[int, datetime] = {}
        self._awaited: dict[int, int] = defaultdict(int)
        self._windows_seen: set[Window] = set()

    def over(self, state: SimulatedStateStore, closed: SimulatedClosedWindowStore, failures: SimulatedFailures) -> None:
        self._state, self._closed, self._failures = state, closed, failures
        state.on_progress = self._progress_made
        closed.on_head, closed.on_parts, closed.on_cursor = self._head_put, adds_up, self._cursor_moved

    def _progress_made(self, partition: int, at: datetime) -> None:
        """A partition is complete up to its progress: all that arrived by then is stored. It never goes back."""
        demand(at >= self._progress.get(partition, at), f"progress of {partition} went back to {at}")
        self._progress[partition] = at
        arrivals = self._ledger.of_partition[str(partition)]
        while self._awaited[partition] < len(arrivals):
            arrival = arrivals[self._awaited[partition]]
            if arrival.record.arrived_at > at:
                break
            demand(self._is_stored(arrival), f"progress of {partition} passed {arrival.record} before it was stored")
            self._awaited[partition] += 1

    def _is_stored(self, arrival: Arrival) -> bool:
        record_id = (arrival.record.shard, arrival.record.sequence)
        if record_id in self._forgiven():
            return True
        if not arrival.is_readable:
            return record_id in self._failures.quarantined
        return all(key in stored_ids(self._state, minute)[0] for key, minute in arrival.on_time.items()) and all(
            key in stored_ids(self._state, minute)[1] for key, minute in arrival.late.items()
        )

    def _forgiven(self) -> set[RecordId]:
        """Records too old to be tried again: windows close without them, and are revised when they are redriven."""
        return self._failures.given_up if self._forgives_age else set()

    def _head_put(self, before: Head | None, head: Head) -> None:
        window, cursor = head.window, self._closed.stored_cursor
        demand(cursor is not None, "a window was published before there is a cursor")
        assert cursor is not None
        if before:
            grown = (head.version, head.late) > (before.version, before.late)
            demand(grown, f"{window} went from version {before.version} back to {head.version}")
        if window.end > cursor.first.start:
            demand(self._watermark_reached(window.end + CLOSING_DELAY), f"{window} was published before it was final")
        if window.end > cursor.first.start and window not in self._windows_seen:
            demand(window.end == cursor.next.end, f"{window} was announced out of order, at {cursor.next}")
            demand(head.version >= self._least_version(window, cursor), f"{window} was final without all of its events")
        self._windows_seen.add(window)

    def _watermark_reached(self, at: datetime) -> bool:
        return all(
            self._progress.get(partition, at - timedelta.resolution) >= at for partition in range(self._partitions)
        )

    def _least_version(self, window: Window, cursor: Cursor) -> int:
        """How many events of its minutes had arrived when each of them became due."""
        minutes = (minute for minute in minutes_of(window) if minute >= cursor.first)
        but = self._forgiven()
        return sum(len(self._ledger.on_time_in(minute, minute.end + CLOSING_DELAY, but)) for minute in minutes)

    def _cursor_moved(self, before: Cursor | None, cursor: Cursor) -> None:
        if before is None:
            return
        demand(cursor == before.advanced(), f"the cursor went from {before.next} to {cursor.next}")
        for window in (before.next, *before.next.ended_parents):
            demand(window in self._closed.heads, f"the cursor passed {window}, which was not published")


def adds_up(head: Head, parts: Mapping[int, SummaryTable]) -> None:
    """What is read of a version is that version: the groups of every grouping sum to what the total has."""
    sums: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for bucket, table in parts.items():
        if bucket != FOLDED_BUCKET:
            _add(sums, table)
    totals = {grouping[0]: measures for grouping, measures in sums.items() if grouping[1] == TOTAL}
    version = sum(measures[EVENTS] for measures in totals.values())
    demand(version == head.version, f"the parts of {head.window} are not those of version {head.version}")
    wrong = [grouping for grouping, measures in sums.items() if measures != totals.get(grouping[0])]
    demand(not wrong, f"the parts of {head.window} do not add up: {wrong}")


def _add(sums: dict[Key, dict[str, int]], table: SummaryTable) -> None:
    for key, measure, low in zip(
        table.row_key.tolist(), table.row_measure.tolist(), table.summaries.total.low.tolist(), strict=True
    ):
        if not table.measures[measure].startswith(CUSTOM_PREFIX):  # of which a group keeps but a few
            sums[table.keys[key][:2]][table.measures[measure]] += low


def stored_ids(state: SimulatedStateStore, minute: Window) -> tuple[set[EventId], set[EventId]]:
    """The ids folded into a minute, and those that came late to it."""
    segments = [segment for (of, _, _), segment in state.stored.items() if of == minute]
    return _ids(segments, "ids"), _ids(segments, "late_ids")


def _ids(segments: list[Segment], kind: str) -> set[EventId]:
    raw = b"".join(getattr(segment, kind).encode() for segment in segments)
    return {raw[at : at + 16] for at in range(0, len(raw), 16)}


def minutes_of(window: Window) -> list[Window]:
    if window.resolution is Resolution.MINUTE:
        return [window]
    return [minute for child in window.children() for minute in minutes_of(child)]
