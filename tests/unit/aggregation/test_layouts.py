"""However state is stored, the same batches leave the same content."""

from itertools import count
from random import Random

import pytest

from functions.aggregation.aggregate import Aggregator
from functions.aggregation.batch import Batch
from shared.windows.ids import EventIds
from shared.windows.segmented import SegmentedStateStore
from shared.windows.segments import SegmentHead
from shared.windows.state import StateStore
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution
from tests.builders.arrivals import NOON, PARTITION, arrived, calls, late_pack, pack
from tests.fakes.quarantine import InMemoryQuarantine
from tests.fakes.segment_items import InMemorySegmentItems
from tests.fakes.state_store import InMemoryStateStore

MINUTE = Resolution.MINUTE.containing(NOON)
Content = tuple[EventIds, EventIds, bytes]


def segmented(items: InMemorySegmentItems) -> SegmentedStateStore:
    numbers = count()
    return SegmentedStateStore(items, lambda: f"{id(numbers)}-{next(numbers)}")


def aggregate(store: StateStore, batch: Batch) -> None:
    Aggregator(store, InMemoryQuarantine(), lambda: NOON).aggregate(batch)


def content(store: StateStore) -> Content:
    segments = store.minute(MINUTE)
    return (
        EventIds.merged(segment.ids for segment in segments),
        EventIds.merged(segment.late_ids for segment in segments),
        SummaryTable.merge([segment.table for segment in segments]).encode(),
    )


def batches(seed: int, number: int) -> list[Batch]:
    """Overlapping ranges of the same events, some in a copy that is late."""
    rng = Random(seed)
    starts = [rng.randrange(200) for _ in range(number)]
    return [
        [arrived(rng.choice((pack, pack, late_pack))(calls(range(at, at + rng.randrange(1, 20)))))] for at in starts
    ]


@pytest.mark.parametrize("seed", range(3))
def test_both_layouts_hold_the_same_through_merges_and_freezes(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.windows.segments.MOST_SMALL", 5)
    monkeypatch.setattr("shared.windows.state.FREEZES_AT_BYTES", 2_000)
    grown, items = InMemoryStateStore(), InMemorySegmentItems()

    for batch in batches(seed, 60):
        aggregate(grown, batch)
        aggregate(segmented(items), batch)

    assert content(segmented(items)) == content(grown)
    assert len(items.stored_heads[MINUTE, PARTITION].refs) < 6 < items.stored_heads[MINUTE, PARTITION].version


def test_a_batch_too_large_for_one_segment_is_put_as_several_and_none_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.aggregation.commit.LARGEST_BYTES", 1_500)
    items = InMemorySegmentItems()
    refused: list[bool] = []
    items.before_put_head = lambda head: refused.append(head.version != len(refused) + 1)

    aggregate(segmented(items), [arrived(pack(calls(range(200))))])

    assert SummaryTable.decode(content(segmented(items))[2]).total_events() == 200
    assert len(refused) > 3
    assert not any(refused)


def test_what_another_writer_commits_meanwhile_is_folded_once() -> None:
    items = InMemorySegmentItems()

    def other(_head: SegmentHead) -> None:
        items.before_put_head = lambda _head: None
        aggregate(segmented(items), [arrived(pack(calls(range(5, 15))))])

    items.before_put_head = other
    aggregate(segmented(items), [arrived(pack(calls(range(10))))])

    assert SummaryTable.decode(content(segmented(items))[2]).total_events() == 15
    assert [len(segment.ids) for segment in segmented(items).minute(MINUTE)] == [10, 5]
