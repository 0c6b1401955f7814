"""Items of bounded size: a full segment freezes and the next begins, and no id is forgotten."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from shared.windows.ids import EventIds, event_ids, id_column
from shared.windows.state import FREEZES_AT_BYTES, LARGEST_BYTES, Segment
from shared.windows.window import Window
from tests.builders.arrivals import NOON, PARTITION, arrived, call, calls, event_id, late_pack, pack
from tests.unit.aggregation.conftest import Stage

MINUTE = Window(NOON)
RANDOM = np.random.default_rng(7)


def other_ids(count: int) -> EventIds:
    return EventIds.of(id_column(RANDOM.bytes(16 * count)))


def acme_ids(*numbers: int) -> EventIds:
    return EventIds.of(event_ids([event_id(number) for number in numbers], ["acme"], [len(numbers)]))


def fill(stage: Stage, number: int, share: float, *known: int) -> None:
    """Store a segment that is this full, with the ids of these calls among its own."""
    ids = other_ids(int(share * FREEZES_AT_BYTES / 16)).union(acme_ids(*known))
    stage.store.put(replace(Segment.unstored(MINUTE, PARTITION, number), ids=ids))


def test_a_full_segment_is_left_alone_and_the_next_begins(stage: Stage) -> None:
    fill(stage, 0, 1.01)

    stage.receive(arrived(pack([call(1)])))

    assert [(segment.number, segment.version, segment.is_frozen) for segment in stage.segments()] == [
        (0, 1, True),
        (1, 1, False),
    ]


def test_a_segment_is_written_until_it_is_full(stage: Stage) -> None:
    fill(stage, 0, 0.99)

    stage.receive(arrived(pack(calls(range(1000)))))
    stage.receive(arrived(pack([call(1000)])))

    assert [(segment.number, segment.version) for segment in stage.segments()] == [(0, 2), (1, 1)]


def test_an_id_of_an_old_segment_is_known(stage: Stage) -> None:
    fill(stage, 0, 1.01, 1)
    fill(stage, 1, 1.01, 2)
    fill(stage, 2, 0.01, 3)

    outcome = stage.receive(arrived(pack(calls(range(1, 5)))))

    assert (outcome.folded, outcome.duplicate) == (1, 3)


def test_an_event_folded_in_an_old_segment_was_not_late(stage: Stage) -> None:
    fill(stage, 0, 1.01, 1)

    outcome = stage.receive(arrived(late_pack([call(1)])))

    assert (outcome.late, outcome.duplicate) == (0, 1)
    assert stage.late() == 0


def test_a_late_id_of_an_old_segment_is_known(stage: Stage) -> None:
    filling = other_ids(FREEZES_AT_BYTES // 16 + 1)
    stage.store.put(replace(Segment.unstored(MINUTE, PARTITION), ids=filling, late_ids=acme_ids(1)))

    outcome = stage.receive(arrived(late_pack([call(1), call(2)])))

    assert (outcome.late, outcome.duplicate) == (1, 1)


def test_a_batch_too_large_for_one_item_makes_several(stage: Stage) -> None:
    records = [
        arrived(pack([call(number, team=RANDOM.bytes(120).hex()) for number in range(start, start + 500)]))
        for start in range(0, 6000, 500)
    ]

    outcome = stage.receive(*records)

    sizes = [segment.size_bytes for segment in stage.segments()]
    assert outcome.folded == stage.events() == 6000
    assert len(sizes) > 2
    assert all(FREEZES_AT_BYTES <= size <= LARGEST_BYTES for size in sizes[:-1])
    assert sizes[-1] <= LARGEST_BYTES


def test_late_ids_alone_fill_segments_too(stage: Stage) -> None:
    stage.now = NOON + timedelta(days=2)
    records = [arrived(late_pack(calls(range(start, start + 1000)))) for start in range(0, 26_000, 1000)]

    outcome = stage.receive(*records)

    assert outcome.late == stage.late() == 26_000
    assert all(segment.size_bytes <= LARGEST_BYTES for segment in stage.segments())


def test_the_next_segment_begins_only_when_the_last_is_stored_as_frozen(stage: Stage) -> None:
    """Else a writer that still sees it open could bring the same event there."""
    fill(stage, 0, 0.99)
    stored: list[tuple[int, bool]] = []
    stage.store.before_put = lambda segment: stored.append((segment.number, stage.segments()[-1].is_frozen))

    stage.receive(*(arrived(pack(calls(range(start, start + 1000)))) for start in range(0, 12_000, 1000)))

    assert stage.events() == 12_000
    assert all(frozen for number, frozen in stored if number == 1 and stored.index((number, frozen)) == 1)


@pytest.mark.parametrize("share", [0.5, 0.99])
def test_a_writer_overtaken_at_a_freeze_counts_nothing_twice(stage: Stage, share: float) -> None:
    fill(stage, 0, share)
    records = [arrived(pack(calls(range(start, start + 1000)))) for start in range(0, 10_000, 1000)]
    overtaken: list[bool] = []

    def overtake(_segment: Segment) -> None:
        if not overtaken:
            overtaken.append(True)
            stage.receive(*records[5:], *records[:2])

    stage.store.before_put = overtake
    outcome = stage.receive(*records)

    assert outcome.folded == 3000
    assert stage.events() == 10_000
