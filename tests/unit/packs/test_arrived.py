"""What Lambda hands over, of Kinesis and of Kafka, is the same to a stage."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations

import pytest

from shared.errors import TransientError
from shared.packs.arrived import ArrivedRecord, arrived_records, batch_name
from tests.builders.failures import kinesis_event
from tests.builders.kafka import kafka_event

ARRIVED_AT = datetime(2026, 11, 22, 12, 0, 33, 125_000, tzinfo=UTC)


def record(partition: int, offset: int) -> ArrivedRecord:
    return ArrivedRecord(str(partition), f"events-{partition}", f"{offset:020d}", ARRIVED_AT, b"%d" % offset)


def test_records_of_every_partition_arrive_with_the_stamp_of_the_broker() -> None:
    sent = [record(0, 7), record(0, 8), record(11, 3)]

    assert arrived_records(kafka_event(sent)) == sent


def test_records_of_kinesis_arrive_as_ever() -> None:
    sent = [ArrivedRecord("3", "shardId-000000000001", f"{number:056d}", ARRIVED_AT, b"pack") for number in range(3)]

    assert arrived_records(kinesis_event(sent)) == sent


def test_the_clock_of_a_producer_is_not_taken_for_an_arrival() -> None:
    with pytest.raises(TransientError, match="LogAppendTime"):
        arrived_records(kafka_event([record(0, 7)], timestamp_type="CREATE_TIME"))


def test_a_record_without_a_value_arrives_empty() -> None:
    event = kafka_event([record(0, 7)])
    event["records"]["events-0"][0].pop("value")

    assert arrived_records(event) == [replace(record(0, 7), data=b"")]


def test_a_batch_has_the_name_of_its_records_alone() -> None:
    batches = [
        [record(0, 1), record(0, 2)],
        [record(0, 1), record(0, 2), record(0, 3)],
        [record(0, 1), record(0, 2), record(1, 1)],
        [record(0, 1), record(0, 2), record(0, 3), record(1, 1)],
        [record(0, 1), record(1, 1)],
        [record(1, 1), record(1, 2)],
    ]

    assert all(batch_name(one) != batch_name(other) for one, other in combinations(batches, 2))


def test_a_batch_keeps_its_name_in_whatever_order_its_partitions_come() -> None:
    assert batch_name([record(0, 1), record(0, 2), record(1, 5)]) == batch_name(
        [record(1, 5), record(0, 1), record(0, 2)]
    )
