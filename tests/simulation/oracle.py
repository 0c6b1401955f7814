"""What must hold when all is quiet: the published rows are a batch recomputation, and every event is accounted for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import numpy as np

from shared.measures.observations import observe
from shared.windows.closed import FOLDED_BUCKET
from shared.windows.folding import fold
from shared.windows.groups import group_keys, into_overflow, limited, with_few_measures
from shared.windows.rollups import Rollup
from shared.windows.table import Key, SummaryTable
from shared.windows.window import Resolution, Window
from tests.simulation.clients import Client
from tests.simulation.failures import SimulatedFailures
from tests.simulation.lanes import Lane
from tests.simulation.ledger import EventId, Ledger
from tests.simulation.scenario import CLOSING_DELAY, Scenario
from tests.simulation.stores import SimulatedClosedWindowStore, SimulatedRollupStore, SimulatedStateStore
from tests.simulation.watch import adds_up, demand, minutes_of, stored_ids

FRESHNESS = timedelta(seconds=135)
"""The last tick is between one and two minutes old at the end."""


class Recomputation:
    """The tables of all windows straight from the events, each window at one stroke: nothing is merged."""

    def __init__(self, scenario: Scenario, ledger: Ledger, folded: dict[EventId, Window]) -> None:
        self._scenario = scenario
        known = [ledger.events[key] for key in folded]
        self._minutes = list(folded.values())
        self._observations = observe([event for event, _ in known], [tenant for _, tenant in known])
        self._folded: dict[Window, tuple[SummaryTable, frozenset[Key]]] = {}
        for resolution in Resolution:
            self._compute(resolution)

    def table(self, window: Window) -> SummaryTable:
        return self._folded.get(window, (SummaryTable.empty(), frozenset()))[0]

    def overflowed(self, window: Window) -> frozenset[Key]:
        return self._folded.get(window, (SummaryTable.empty(), frozenset[Key]()))[1]

    def _compute(self, resolution: Resolution) -> None:
        of = [resolution.containing(minute.start) for minute in self._minutes]
        windows = sorted(set(of))
        item = np.array([windows.index(window) for window in of], np.int64)
        for number, cells in fold(self._observations, item).items():
            self._folded[windows[number]] = self._limited(windows[number], cells)

    def _limited(self, window: Window, cells: SummaryTable) -> tuple[SummaryTable, frozenset[Key]]:
        before = frozenset(key for child in window.children() for key in self.overflowed(child))
        groups = cells.rekey(group_keys(self._scenario.groupings)).rekey(into_overflow(before))
        table, folded = limited(groups, self._scenario.series_limit)
        return with_few_measures(table, self._scenario.most_custom_measures), folded | before


class Oracle:
    def __init__(
        self,
        scenario: Scenario,
        ledger: Ledger,
        *,
        state: SimulatedStateStore,
        closed: SimulatedClosedWindowStore,
        rollups: SimulatedRollupStore,
        failures: SimulatedFailures,
    ) -> None:
        self._scenario = scenario
        self._ledger = ledger
        self._state = state
        self._closed = closed
        self._rollups = rollups
        self._failures = failures
        self._folded, self._late = ledger.folded(), ledger.late()

    def judge(self, clients: Sequence[Client], lanes: Iterable[Lane], now: datetime) -> None:
        self._all_settled(clients, lanes, now)
        self._all_accounted_for(clients)
        self._all_exact()

    def _all_settled(self, clients: Sequence[Client], lanes: Iterable[Lane], now: datetime) -> None:
        demand(all(client.is_done for client in clients), "a client was not served in time")
        behind = [lane.name for lane in lanes if not lane.is_read]
        demand(not behind, f"not all was read in time: {behind}")
        demand(not self._failures.still_given_up, "batches that were given up still wait to be redriven")
        progress = self._state.advanced
        demand(len(progress) == self._scenario.partitions, f"only {len(progress)} partitions have progress")
        watermark = min(progress.values())
        demand(now - watermark < FRESHNESS, f"the watermark stands at {watermark}")
        cursor = self._closed.stored_cursor
        demand(cursor, "there is no cursor")
        assert cursor is not None
        demand(cursor.next.end + CLOSING_DELAY > watermark, f"the cursor stands at {cursor.next}")
        self._cursor = cursor

    def _all_accounted_for(self, clients: Sequence[Client]) -> None:
        """As sets of events: accepted = folded + late + quarantined."""
        quarantined = self._ledger.quarantined()
        known = self._folded.keys() | self._late.keys() | quarantined
        clock = self._scenario.epoch
        accepted = {self._ledger.event(item, client.tenant, clock) for client in clients for item in client.accepted}
        demand(accepted <= known, f"{len(accepted - known)} accepted events are not in the stream")
        minutes = (
            {minute for minute, _, _ in self._state.stored} | set(self._folded.values()) | set(self._late.values())
        )
        for minute in minutes:
            ids, late = stored_ids(self._state, minute)
            demand(ids == _of(self._folded, minute), f"{minute} has folded other events than came on time")
            demand(late - ids == _of(self._late, minute), f"{minute} has counted other events as late")
        refused = {(a.record.shard, a.record.sequence) for a in self._ledger.arrivals if not a.is_readable}
        demand(self._failures.quarantined == refused, "other records are in quarantine than cannot be read")

    def _all_exact(self) -> None:
        batch = Recomputation(self._scenario, self._ledger, self._folded)
        rows = defaultdict(list)
        for (_, window), row in self._rollups.stored.items():
            rows[window].append(row)
        for window in self._ended() | rows.keys() | self._closed.heads.keys():
            demand(window.end <= self._cursor.next.start, f"{window} was published before it ended")
            self._check_rows(window, rows.get(window, []), batch)
            self._check_head(window, batch)

    def _ended(self) -> set[Window]:
        """Those that must have been announced, and those that have events."""
        count = (self._cursor.next.start - self._cursor.first.start) // Resolution.MINUTE.length
        announced = {Window(self._cursor.first.start + number * Resolution.MINUTE.length) for number in range(count)}
        touched = set(self._folded.values()) | set(self._late.values())
        every = {window for minute in announced for window in (minute, *minute.ended_parents)}
        every |= {window for minute in touched for window in (minute, *minute.parents)}
        return {window for window in every if window.end <= self._cursor.next.start}

    def _check_rows(self, window: Window, rows: Sequence[Rollup], batch: Recomputation) -> None:
        visible = SummaryTable.merge([row.table for row in rows if not row.folded])
        demand(visible == batch.table(window), f"the rows of {window} are not the batch recomputation")
        wrong = [row.key for row in rows if not row.folded and row.version != row.table.events(row.key)]
        demand(not wrong, f"rows of {window} have another version than events: {wrong}")

    def _check_head(self, window: Window, batch: Recomputation) -> None:
        head = self._closed.heads.get(window)
        demand(head, f"{window} was never announced")
        assert head is not None
        parts = dict(self._closed.stored_parts.get(head.parts[0].id, {})) if head.parts else {}
        adds_up(head, parts)
        folded = parts.pop(FOLDED_BUCKET, SummaryTable.empty())
        demand(SummaryTable.merge(list(parts.values())) == batch.table(window), f"the parts of {window} are not exact")
        demand(set(folded.keys) == batch.overflowed(window), f"{window} names other groups as overflowed")
        minutes = set(minutes_of(window))
        late = sum(minute in minutes for minute in self._late.values())
        demand(head.late == late, f"{window} counts {head.late} late events, not {late}")


def _of(events: dict[EventId, Window], minute: Window) -> set[EventId]:
    return {key for key, of in events.items() if of == minute}
