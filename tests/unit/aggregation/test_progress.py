"""How far a partition is complete: said last, and only by the stream's own stamps."""

from datetime import timedelta

import pytest

from shared.errors import TransientError
from tests.builders.arrivals import NOON, again, arrived, call, pack, tick
from tests.fakes.state_store import refuse
from tests.unit.aggregation.conftest import Stage

GUARD = timedelta(seconds=2)
SECOND = timedelta(seconds=1)


def test_progress_is_the_latest_arrival_less_the_guard(stage: Stage) -> None:
    early, late = arrived(pack([call(1)]), at=NOON), arrived(pack([call(2)]), at=NOON + 9 * SECOND)

    stage.receive(late, early)

    assert stage.store.progress() == {3: NOON + 9 * SECOND - GUARD}


def test_ticks_alone_advance_progress(stage: Stage) -> None:
    outcome = stage.receive(arrived(tick(1), partition=1), arrived(tick(2), partition=2, at=NOON + SECOND))

    assert stage.store.progress() == {1: NOON - GUARD, 2: NOON + SECOND - GUARD}
    assert (outcome.records, outcome.quarantined, outcome.items) == (2, 0, 0)


def test_a_record_that_cannot_be_read_advances_progress(stage: Stage) -> None:
    stage.receive(arrived(b"junk", at=NOON + SECOND))

    assert stage.store.progress() == {3: NOON + SECOND - GUARD}


def test_progress_never_follows_the_clock_of_ingestion(stage: Stage) -> None:
    stage.receive(arrived(pack([call(1)], ingested_at=NOON + timedelta(hours=1)), at=NOON))

    assert stage.store.progress() == {3: NOON - GUARD}


def test_an_old_record_takes_no_progress_back(stage: Stage) -> None:
    record = arrived(pack([call(1)]), at=NOON)
    stage.receive(again(record, NOON + 60 * SECOND))

    stage.receive(record)

    assert stage.store.progress() == {3: NOON + 58 * SECOND}


def test_progress_is_untouched_while_state_is_not_stored(stage: Stage) -> None:
    stage.store.before_put = refuse

    with pytest.raises(TransientError):
        stage.receive(arrived(pack([call(1)])), arrived(tick(2), partition=2))

    assert stage.store.progress() == {}


def test_progress_is_untouched_while_quarantine_fails(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.quarantine, "put", refuse)

    with pytest.raises(TransientError):
        stage.receive(arrived(b"junk"), arrived(tick(2), partition=2))

    assert stage.store.progress() == {}


def test_all_state_is_stored_before_any_progress(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    items_stored = []
    monkeypatch.setattr(stage.store, "advance_progress", lambda *_: items_stored.append(len(stage.store.stored)))

    stage.receive(*(arrived(pack([call(p)], partition=p), partition=p) for p in range(4)))

    assert items_stored == [4, 4, 4, 4]


def test_a_batch_that_failed_half_way_is_made_whole_by_coming_again(stage: Stage) -> None:
    batch = [arrived(pack([call(p)], partition=p), partition=p) for p in range(4)]
    stage.store.before_put = lambda segment: refuse(segment) if segment.partition == 2 else None
    with pytest.raises(TransientError):
        stage.receive(*batch)
    stage.store.before_put = lambda _: None

    outcome = stage.receive(*batch)

    assert (outcome.folded, outcome.duplicate) == (2, 2)
    assert stage.events() == 4
    assert set(stage.store.progress()) == {0, 1, 2, 3}


@pytest.mark.parametrize("key", ["", "tenant", "03", "-1", "3.0", "³", "9" * 200, "3 "])
def test_a_partition_key_that_names_no_partition_advances_nothing(stage: Stage, key: str) -> None:
    record = arrived(b"junk")

    stage.receive(type(record)(key, record.shard, record.sequence, record.arrived_at, record.data))

    assert stage.store.progress() == {}
    assert len(stage.quarantine.kept) == 1
