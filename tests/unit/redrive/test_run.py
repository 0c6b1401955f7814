"""The scheduled run: what is fit is redriven, the rest is counted, and no crash loses anything."""

from contextlib import suppress
from datetime import timedelta

import pytest

from functions.aggregation.aggregate import Aggregator
from shared.errors import TransientError
from shared.packs.failures import FailureKind
from shared.windows.table import SummaryTable
from tests.builders.arrivals import NOON, arrived, call, late_pack, pack, tick
from tests.builders.failures import GIVEN_UP, given_up, kinesis_event, table_event
from tests.fakes.quarantine import InMemoryQuarantine
from tests.fakes.state_store import InMemoryStateStore
from tests.unit.redrive.conftest import Stage
from tests.unit.redrive.test_publish import QUARANTINED, quarantined


def test_batches_are_redriven_and_what_is_in_quarantine_waits_for_a_person(stage: Stage) -> None:
    stage.failures.give_up(f"{GIVEN_UP}-1", given_up(kinesis_event([arrived(pack([call(1)]))])))
    stage.failures.give_up(f"{GIVEN_UP}-2", given_up(table_event(("2026-11-22T12:00Z", "p=0")), "rollup"))
    stage.failures.put(quarantined(pack([call(2)])))

    run = stage.run()

    assert (run.redriven, run.waiting[FailureKind.QUARANTINED], run.waiting[FailureKind.GIVEN_UP]) == (2, 1, 0)
    assert list(stage.failures.kept) == [QUARANTINED]


def test_a_batch_that_fails_again_waits_and_stops_no_other(stage: Stage) -> None:
    stage.failing = {"rollup"}
    stage.failures.give_up(f"{GIVEN_UP}-1", given_up(table_event(("2026-11-22T12:00Z", "p=0")), "rollup"))
    stage.failures.give_up(f"{GIVEN_UP}-2", given_up(kinesis_event([arrived(pack([call(1)]))])))
    stage.failures.give_up(f"{GIVEN_UP}-3", b"junk")

    run = stage.run()

    assert (run.redriven, run.waiting[FailureKind.GIVEN_UP], len(run.troubles)) == (1, 2, 2)


def test_when_the_time_is_up_the_rest_is_only_counted(stage: Stage) -> None:
    stage.failures.give_up(GIVEN_UP, given_up(kinesis_event([arrived(pack([call(1)]))])))

    run = stage.redrive.run(stage.now)

    assert (run.redriven, run.waiting[FailureKind.GIVEN_UP]) == (0, 1)


def test_nothing_else_in_the_bucket_is_touched(stage: Stage) -> None:
    stage.failures.give_up("notes.txt", b"by hand")

    run = stage.run()

    assert run.waiting[FailureKind.UNKNOWN] == 1
    assert "notes.txt" in stage.failures.kept


BATCH = kinesis_event(
    [
        arrived(pack([call(1), call(2)])),
        arrived(tick()),
        arrived(late_pack([call(4)])),
        arrived(b"junk"),
        arrived(pack([call(3), call(2)])),
    ]
)


def folded(stage: Stage) -> tuple[bytes, set[bytes]]:
    """What the events put make of state, and what lies in quarantine."""
    store = InMemoryStateStore()
    records = [arrived(record.data, partition=record.partition) for record in stage.stream.records]
    Aggregator(store, InMemoryQuarantine(), lambda: NOON).aggregate(records)
    table = SummaryTable.merge([segment.table for segment in store.stored.values()])
    return table.encode(), {kept.data for kept in stage.failures.kept.values()}


@pytest.mark.parametrize("crash_at", range(4))
def test_a_crash_anywhere_and_a_second_run_leave_what_one_run_leaves(crash_at: int) -> None:
    whole, broken = Stage(), Stage()
    for stage in (whole, broken):
        stage.failures.give_up(GIVEN_UP, given_up(BATCH))
    whole.run()
    calls: list[str] = []

    def crash(call_name: str) -> None:
        calls.append(call_name)
        if len(calls) == crash_at + 1:
            raise TransientError("crashed")

    broken.failures.before = crash
    with suppress(TransientError):
        broken.run()
    broken.run()

    assert folded(broken) == folded(whole)
    assert GIVEN_UP not in broken.failures.kept


def test_a_stream_that_takes_nothing_leaves_all_waiting(stage: Stage) -> None:
    stage.stream.down = True
    stage.failures.give_up(GIVEN_UP, given_up(BATCH))

    run = stage.run()
    stage.stream.down = False
    later = stage.redrive.run(stage.now + timedelta(minutes=5))

    assert (run.redriven, later.redriven) == (0, 1)
    assert len(stage.stream.records) == 3
