"""What becomes of an object of the failure bucket that is published again."""

from datetime import timedelta

import pytest

from shared.errors import RejectedError, RejectedRecordError, TransientError
from shared.packs.arrived import ArrivedRecord
from shared.packs.quarantine import QuarantinedRecord
from shared.packs.stream import StreamRecord
from tests.builders.arrivals import NOON, PARTITION, arrived, call, late_pack, pack, tick
from tests.builders.failures import GIVEN_UP, given_up, kinesis_event, table_event
from tests.builders.kafka import kafka_event
from tests.unit.redrive.conftest import Stage

PACK = pack([call(1)])
LATE = late_pack([call(2)])
LONG_AGO = NOON - timedelta(days=10)
QUARANTINED = "quarantine/aggregation/shardId-0/7"


def quarantined(data: bytes, code: str = "unreadable_record") -> QuarantinedRecord:
    return QuarantinedRecord("aggregation", "shardId-0", "7", str(PARTITION), NOON, data, code, "why")


def test_packs_are_put_with_their_bytes_into_their_partition(stage: Stage) -> None:
    batch = given_up(kinesis_event([arrived(PACK), arrived(LATE)]))

    redriven = stage.publish(batch)

    assert stage.stream.records == [StreamRecord(PARTITION, PACK), StreamRecord(PARTITION, LATE)]
    assert (redriven.packs, redriven.events) == (2, 2)
    assert not stage.failures.kept


def test_ticks_are_dropped(stage: Stage) -> None:
    redriven = stage.publish(given_up(kinesis_event([arrived(tick()), arrived(PACK)])))

    assert stage.stream.records == [StreamRecord(PARTITION, PACK)]
    assert redriven.ticks == 1


def test_a_pack_that_has_outlived_its_state_is_refused_and_kept_in_quarantine(stage: Stage) -> None:
    old = arrived(pack([call(3, LONG_AGO)]))

    redriven = stage.publish(given_up(kinesis_event([old, arrived(PACK)])))

    [kept] = stage.failures.kept.values()
    assert stage.stream.records == [StreamRecord(PARTITION, PACK)]
    assert redriven.refused == 1
    assert (kept.data, kept.reason["code"]) == (old.data, "expired")


def test_a_pack_that_has_outlived_its_state_in_part_is_put_again(stage: Stage) -> None:
    redriven = stage.publish(given_up(kinesis_event([arrived(pack([call(1), call(3, LONG_AGO)]))])))

    assert redriven.packs == 1


def test_poison_in_a_batch_goes_to_quarantine_and_its_neighbours_on(stage: Stage) -> None:
    redriven = stage.publish(given_up(kinesis_event([arrived(b"junk"), arrived(PACK)])))

    assert (redriven.packs, redriven.refused) == (1, 1)
    assert [kept.data for kept in stage.failures.kept.values()] == [b"junk"]


def test_a_batch_of_kafka_is_put_again_into_its_partition(stage: Stage) -> None:
    junk = ArrivedRecord("4", "events-4", "9", NOON, b"junk")
    given = kafka_event([ArrivedRecord("3", "events-3", "7", NOON, PACK), junk])

    redriven = stage.publish(given_up(given))

    assert stage.stream.records == [StreamRecord(PARTITION, PACK)]
    assert (redriven.packs, redriven.refused) == (1, 1)


def test_a_partition_that_the_hub_does_not_have_is_refused(stage: Stage) -> None:
    redriven = stage.publish(given_up(kinesis_event([arrived(pack([call(1)], partition=16))])))

    assert (redriven.packs, redriven.refused) == (0, 1)


def test_a_batch_of_a_table_is_done_by_its_own_function_one_key_at_a_time(stage: Stage) -> None:
    batch = table_event(("2026-11-22T12:00Z", "p=0"), ("2026-11-22T12:01Z", "p=0"), ("2026-11-22T12:00Z", "p=1"))

    redriven = stage.publish(given_up(batch, "rollup"))

    first, second, third = batch["Records"]
    assert stage.invoked == [("rollup", {"Records": [first, third]}), ("rollup", {"Records": [second]})]
    assert redriven.invocations == 2


def test_a_batch_of_the_archive_is_given_to_the_archive_alone(stage: Stage) -> None:
    batch = kinesis_event([arrived(PACK), arrived(tick())])

    stage.publish(given_up(batch, "archive"))

    assert stage.invoked == [("archive", batch)]
    assert not stage.stream.records


def test_a_function_that_fails_again_leaves_its_batch_waiting(stage: Stage) -> None:
    stage.failing = {"rollup"}

    with pytest.raises(TransientError):
        stage.publish(given_up(table_event(("2026-11-22T12:00Z", "p=0")), "rollup"))

    assert list(stage.failures.kept) == [GIVEN_UP]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"requestContext": {}, "payload": "{}"}',
        given_up({"Records": [{"kinesis": {}}]}),
        given_up({"Records": [{"dynamodb": {}}]}),
        given_up({"Records": [7]}),
        given_up({"Records": []}),
        b"[" * 100_000,
    ],
)
def test_a_record_of_a_batch_that_cannot_be_read_is_refused_and_stays(stage: Stage, data: bytes) -> None:
    with pytest.raises(RejectedRecordError):
        stage.publish(data)

    assert list(stage.failures.kept) == [GIVEN_UP]


def test_a_record_in_quarantine_that_can_be_read_by_now_is_put_again(stage: Stage) -> None:
    stage.failures.put(quarantined(PACK))

    redriven = stage.redrive.publish(QUARANTINED)

    assert stage.stream.records == [StreamRecord(PARTITION, PACK)]
    assert (redriven.packs, stage.failures.kept) == (1, {})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"junk", "unknown_codec"),
        (pack([call(1, LONG_AGO)]), "expired"),
        (pack([call(1), call(2, LONG_AGO)]), "expired"),
        (pack([call(1)], partition=99), "unknown_partition"),
    ],
)
def test_a_record_in_quarantine_that_is_not_fit_stays_there(stage: Stage, data: bytes, code: str) -> None:
    stage.failures.put(quarantined(data, code))

    with pytest.raises(RejectedError) as refused:
        stage.redrive.publish(QUARANTINED)

    assert refused.value.code == code
    assert list(stage.failures.kept) == [QUARANTINED]


def test_what_was_quarantined_as_too_far_ahead_is_put_when_its_minute_has_come(stage: Stage) -> None:
    stage.failures.put(quarantined(PACK, "expired"))

    assert stage.redrive.publish(QUARANTINED).packs == 1


def test_a_tick_in_quarantine_is_let_go(stage: Stage) -> None:
    stage.failures.put(quarantined(tick()))

    assert stage.redrive.publish(QUARANTINED).ticks == 1
    assert not stage.stream.records


@pytest.mark.parametrize("does", ["publish", "discard"])
def test_what_is_gone_is_told(stage: Stage, does: str) -> None:
    with pytest.raises(RejectedError) as refused:
        getattr(stage.redrive, does)("quarantine/aggregation/none/0")

    assert refused.value.code == "not_found"


def test_what_is_discarded_is_gone_and_nothing_is_put(stage: Stage) -> None:
    stage.failures.put(quarantined(PACK))

    stage.redrive.discard(QUARANTINED)

    assert not stage.failures.kept
    assert not stage.stream.records
