"""A hub as the read side finds it: open minutes in state, closed windows in rollups, a cursor between them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from functions.query.reading import Windows
from shared.access.principal import Principal
from shared.access.roles import Role
from shared.measures.observations import Cell
from shared.windows.closed import ClosedWindowStore, Cursor
from shared.windows.columns import ColumnStore
from shared.windows.groups import GROUPINGS, Grouping, group_keys, limited
from shared.windows.rollups import Rollup, RollupStore
from shared.windows.state import StateStore
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution, Window
from tests.builders.states import segment
from tests.builders.tables import cell, table
from tests.fakes.closed_window_store import InMemoryClosedWindowStore
from tests.fakes.rollup_store import InMemoryRollupStore
from tests.fakes.state_store import InMemoryStateStore

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ACME = Principal("acme", Role.VIEWER, "key_1", "standard")
CELL = cell()
Seen = tuple[Cell, Mapping[str, int]]


class SeededHub:
    """Everything is observed before the hub closes; a minute is then read from where the cursor says."""

    def __init__(
        self,
        state: StateStore | None = None,
        closed: ClosedWindowStore | None = None,
        rollups: RollupStore | None = None,
        groupings: tuple[Grouping, ...] = GROUPINGS,
        series_limit: int = 5_000,
    ) -> None:
        self.state = state or InMemoryStateStore()
        self.closed = closed or InMemoryClosedWindowStore()
        in_memory = InMemoryRollupStore()
        self.rollups: RollupStore = rollups or in_memory
        self.columns: ColumnStore = in_memory
        self.groupings = groupings
        self.series_limit = series_limit
        self._seen: dict[Window, list[Seen]] = defaultdict(list)

    @property
    def windows(self) -> Windows:
        return Windows(self.state, self.closed, self.rollups, self.groupings, self.series_limit)

    def observe(self, at: datetime, where: Cell = CELL, **values: int) -> None:
        """An event, in the measures' stored integers."""
        self._seen[Resolution.MINUTE.containing(at)].append((where, values))

    def close(self, until: datetime) -> None:
        """Fold what was observed, publish the windows that end by `until`, and leave the cursor there."""
        cells = {minute: table(*seen) for minute, seen in self._seen.items()}
        for minute, content in cells.items():
            self.state.put(segment(minute=minute, encoded_table=content.encode()))
        for window in {window for minute in cells for window in (minute, *minute.parents)}:
            if window.end <= until:
                self.rollups.put(list(self._published(window, cells)))
        minute = Window(until)
        self.closed.create_cursor(Cursor(minute, minute))

    def beat(self, at: datetime, partitions: int = 4) -> None:
        for partition in range(partitions):
            self.state.advance_progress(partition, at)

    def stand_at(self, cursor: Cursor | None) -> None:
        """Put the cursor somewhere else (in memory only)."""
        assert isinstance(self.closed, InMemoryClosedWindowStore)
        self.closed.stored_cursor = cursor

    def _published(self, window: Window, cells: Mapping[Window, SummaryTable]) -> Iterable[Rollup]:
        content = SummaryTable.merge(
            [content for minute, content in cells.items() if window.start <= minute.start < window.end]
        )
        groups, _ = limited(content.rekey(group_keys(self.groupings)), self.series_limit)
        return (Rollup(key, window, rows.events(key), rows) for key, rows in groups.per_key())
