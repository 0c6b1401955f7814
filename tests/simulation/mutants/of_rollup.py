"""Mistakes of the stage that publishes windows, and in the stores that it publishes to."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from functions.rollup import publish as publishing
from functions.rollup.publish import Content, Publisher
from functions.rollup.roll_up import Outcome, RollUp, _ended
from shared.windows.closed import Cursor, Head, PartRef, is_final, windows_ended_by
from shared.windows.groups import TOTAL
from shared.windows.rollups import Rollup
from shared.windows.state import Segment, watermark
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution, Window
from tests.simulation.stores import SimulatedClosedWindowStore, SimulatedRollupStore

_rows = publishing._rows
COARSER = list(Resolution)[1:]


def greatest_progress(progress: Mapping[int, datetime], partitions: int) -> datetime | None:
    return max(progress.values()) if len(progress) == partitions else None


class _ReadEarly:
    """A state store whose next minutes were read before progress was."""

    def __init__(self, state: Any, minutes: Iterable[Window]) -> None:
        self._state = state
        self._early: dict[Window, list[Segment]] = {minute: state.minute(minute) for minute in minutes}

    def minute(self, minute: Window) -> list[Segment]:
        found: list[Segment] = self._early.pop(minute) if minute in self._early else self._state.minute(minute)
        return found


class StateBeforeProgress(RollUp):
    def run(self, touched: Collection[Window], until: datetime) -> Outcome:
        cursor = self.closed.cursor()
        if cursor is None:
            return super().run(touched, until)
        early: Any = _ReadEarly(self.state, (cursor.next, cursor.next.next))
        return replace(self, publisher=replace(self.publisher, state=early))._run(touched, until)

    def _run(self, touched: Collection[Window], until: datetime) -> Outcome:
        return super().run(touched, until)


class OldCursorForParents(RollUp):
    """Progress is not read again after a revision."""

    def _revise(self, touched: Iterable[Window], outcome: Outcome, until: datetime) -> None:  # noqa: ARG002
        behind = [minute for minute in touched if minute < outcome.cursor.next]
        for resolution in Resolution:
            self._publish(_ended(resolution, behind, outcome.cursor))


class OldCursorForGrandparents(RollUp):
    """Progress is read again after the minutes, but not after the windows of 5 and 15 minutes."""

    def _revise(self, touched: Iterable[Window], outcome: Outcome, until: datetime) -> None:
        behind = [minute for minute in touched if minute < outcome.cursor.next]
        self._publish(behind)
        self._announce(outcome, until)
        for resolution in COARSER:
            self._publish(_ended(resolution, behind, outcome.cursor))


class CursorBeforePublishing(RollUp):
    def _announce(self, outcome: Outcome, until: datetime) -> None:
        outcome.watermark = watermark(self.state.progress(), self.partitions)
        outcome.cursor = self._cursor(outcome.watermark)
        while self._is_due(outcome) and self.clock() < until:
            minute = outcome.cursor.next
            self.closed.advance_cursor(outcome.cursor)
            self._publish(windows_ended_by(minute))
            outcome.cursor = self._cursor(outcome.watermark)


class NewestFirst(RollUp):
    """Announced out of order."""

    def _announce(self, outcome: Outcome, until: datetime) -> None:  # noqa: ARG002
        outcome.watermark = watermark(self.state.progress(), self.partitions)
        cursor = outcome.cursor = self._cursor(outcome.watermark)
        due = []
        while is_final(cursor.next, outcome.watermark, self.closing_delay):
            due.append(cursor)
            cursor = cursor.advanced()
        for one in reversed(due):
            self._publish(windows_ended_by(one.next))
        for one in due:
            self.closed.advance_cursor(one)
        outcome.cursor = self._cursor(outcome.watermark)


class NoRevisions(RollUp):
    def _revise(self, touched: Iterable[Window], outcome: Outcome, until: datetime) -> None:
        """What was announced stays as it was."""


class ParentsOfChangedChildren(RollUp):
    def _revise(self, touched: Iterable[Window], outcome: Outcome, until: datetime) -> None:
        behind = [minute for minute in touched if minute < outcome.cursor.next]
        changed = []
        for minute in behind:
            before = self.closed.head(minute)
            self._publish([minute])
            changed += [minute] if self.closed.head(minute) != before else []
        self._announce(outcome, until)
        for resolution in COARSER:
            self._publish(_ended(resolution, changed, outcome.cursor))


class NoEmptyWindows(Publisher):
    def publish(self, window: Window) -> int:
        if window.resolution is Resolution.MINUTE and not self.state.minute(window):
            return 0
        return super().publish(window)


class HeadBeforeRows(Publisher):
    def publish(self, window: Window) -> int:
        found = self._content(window)
        if not self._is_current(window, found):
            self.closed.put_head(self._head(window, found))
            self.rollups.put(list(_rows(window, found)))
        return 0


def no_tombstones(window: Window, found: Content) -> Iterator[Rollup]:
    return (row for row in _rows(window, found) if not row.folded)


class HeadWithoutCondition(SimulatedClosedWindowStore):
    def _put_head(self, head: Head) -> bool:
        before = self.heads.get(head.window)
        self.heads[head.window] = head
        self.on_head(before, head)
        return True


class CursorWithoutCondition(SimulatedClosedWindowStore):
    def _advance(self, cursor: Cursor) -> bool:
        before, self.stored_cursor = self.stored_cursor, cursor.advanced()
        self.on_cursor(before, self.stored_cursor)
        return True


class PartsKeyedByVersion(SimulatedClosedWindowStore):
    def put_parts(self, window: Window, tables: Mapping[int, SummaryTable]) -> tuple[PartRef, ...]:
        version = sum(table.events(key) for table in tables.values() for key in table.keys if key[1] == TOTAL)
        part_id = f"{window.resolution.value}#{window.key}#v{version}"
        return self.put_parts_as(part_id, tables)


class HeadBeforeParts(SimulatedClosedWindowStore):
    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._held: dict[str, Mapping[int, SummaryTable]] = {}

    def put_parts(self, window: Window, tables: Mapping[int, SummaryTable]) -> tuple[PartRef, ...]:
        part_id = f"{self.new_part_id(window)}/{len(self._held)}"
        self._held[part_id] = tables
        return tuple(PartRef(bucket, part_id, 1) for bucket in sorted(tables))

    def put_head(self, head: Head) -> bool:
        won = super().put_head(head)
        if head.parts:
            self.put_parts_as(head.parts[0].id, self._held[head.parts[0].id])
        return won


class RowsWithoutCondition(SimulatedRollupStore):
    def _put(self, row: Rollup) -> None:
        self.stored[row.key, row.window] = row


class RowsOverTombstones(SimulatedRollupStore):
    def _put(self, row: Rollup) -> None:
        stored = self.stored.get((row.key, row.window))
        if stored is None or row.folded or stored.version < row.version:
            self.stored[row.key, row.window] = row
