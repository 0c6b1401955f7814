"""Closed windows in memory, with a hook before each write: to be another writer, or to fail."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.windows.closed import Cursor, Head, PartRef
from shared.windows.table import SummaryTable
from shared.windows.window import Window


class InMemoryClosedWindowStore:
    def __init__(self) -> None:
        self.heads: dict[Window, Head] = {}
        self.stored_parts: dict[str, dict[int, SummaryTable]] = {}
        self.stored_cursor: Cursor | None = None
        self.announced: list[Head] = []
        self.before_write: Callable[[Any], None] = lambda _written: None

    def head(self, window: Window) -> Head | None:
        return self.heads.get(window)

    def put_head(self, head: Head) -> bool:
        self.before_write(head)
        stored = self.heads.get(head.window)
        if stored and (stored.version, stored.late) >= (head.version, head.late):
            return False
        self.heads[head.window] = head
        self.announced.append(head)
        return True

    def put_parts(self, window: Window, tables: Mapping[int, SummaryTable]) -> tuple[PartRef, ...]:
        self.before_write(tables)
        part_id = f"{window.resolution.value}#{window.key}#{len(self.stored_parts)}"
        self.stored_parts[part_id] = dict(tables)
        return tuple(PartRef(bucket, part_id, 1) for bucket in sorted(tables))

    def part(self, ref: PartRef) -> SummaryTable:
        return self.stored_parts[ref.id][ref.bucket]

    def parts(self, head: Head) -> dict[int, SummaryTable]:
        return {ref.bucket: self.part(ref) for ref in head.parts}

    def cursor(self) -> Cursor | None:
        return self.stored_cursor

    def create_cursor(self, cursor: Cursor) -> bool:
        self.before_write(cursor)
        if self.stored_cursor:
            return False
        self.stored_cursor = cursor
        return True

    def advance_cursor(self, cursor: Cursor) -> bool:
        self.before_write(cursor)
        if self.stored_cursor != cursor:
            return False
        self.stored_cursor = cursor.advanced()
        return True
