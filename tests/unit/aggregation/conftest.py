"""Aggregation on stores in memory, at noon."""

from datetime import timedelta

import pytest

from functions.aggregation.aggregate import Aggregator
from functions.aggregation.batch import Outcome
from shared.packs.arrived import ArrivedRecord
from shared.windows.ids import EventIds
from shared.windows.state import Segment, late_count
from shared.windows.table import SummaryTable
from shared.windows.window import Window
from tests.builders.arrivals import NOON
from tests.fakes.quarantine import InMemoryQuarantine
from tests.fakes.state_store import InMemoryStateStore


class Stage:
    """The use case and what it left behind."""

    def __init__(self) -> None:
        self.store = InMemoryStateStore()
        self.quarantine = InMemoryQuarantine()
        self.now = NOON + timedelta(seconds=1)
        self._aggregator = Aggregator(self.store, self.quarantine, lambda: self.now)

    def receive(self, *batch: ArrivedRecord) -> Outcome:
        return self._aggregator.aggregate(batch)

    def segments(self) -> list[Segment]:
        return [self.store.stored[key] for key in sorted(self.store.stored)]

    def table(self) -> SummaryTable:
        return SummaryTable.merge([segment.table for segment in self.segments()])

    def events(self) -> int:
        return self.table().total_events()

    def late(self) -> int:
        """Over all minutes."""
        minutes = {segment.minute for segment in self.segments()}
        return sum(late_count(self.store.minute(minute)) for minute in minutes)

    def merged(self) -> dict[tuple[Window, int], tuple[EventIds, EventIds, bytes]]:
        """What each item holds, however it is spread over segments."""
        held: dict[tuple[Window, int], list[Segment]] = {}
        for segment in self.segments():
            held.setdefault((segment.minute, segment.partition), []).append(segment)
        return {
            key: (
                EventIds.merged(segment.ids for segment in segments),
                EventIds.merged(segment.late_ids for segment in segments),
                SummaryTable.merge([segment.table for segment in segments]).encode(),
            )
            for key, segments in held.items()
        }


@pytest.fixture
def stage() -> Stage:
    return Stage()
