"""One suite for every store of open windows: the one in memory and the ones in DynamoDB (moto)."""

from collections.abc import Iterator
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from shared.adapters.dynamodb_api import fast_dynamodb_client
from shared.adapters.window_state import DynamoStateStore
from shared.windows.state import FREEZES_AT_BYTES, LARGEST_BYTES, Segment, StateStore
from shared.windows.window import Window
from tests.builders.states import MINUTE, ids_of, segment
from tests.fakes.aws_connection import MotoConnection
from tests.fakes.state_store import InMemoryStateStore

AT = MINUTE.start
FROZEN_TABLE = bytes(range(256)) * (FREEZES_AT_BYTES // 256 + 1)


@pytest.fixture(params=["memory", "dynamodb", "without the SDK"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[StateStore]:
    if request.param == "memory":
        yield InMemoryStateStore()
        return
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client = boto3.client("dynamodb")
        client.create_table(
            TableName="window_state",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        )
        if request.param == "without the SDK":
            monkeypatch.setattr("shared.adapters.json_api.HTTPSConnection", MotoConnection)
            client = fast_dynamodb_client()
        yield DynamoStateStore(client, "window_state")


def facts(some: Segment) -> tuple[object, ...]:
    return some.minute, some.partition, some.number, some.version, some.ids, some.late_ids, some.encoded_table


def test_what_was_put_is_read_as_the_next_version(store: StateStore) -> None:
    assert store.put(segment(ids=ids_of(1, 2), late_ids=ids_of(3), encoded_table=b"\x01table"))

    [stored] = store.segments(MINUTE, 3)
    assert facts(stored) == facts(segment(version=1, ids=ids_of(1, 2), late_ids=ids_of(3), encoded_table=b"\x01table"))


def test_only_one_of_two_writers_begins_a_segment(store: StateStore) -> None:
    assert store.put(segment(ids=ids_of(1)))

    assert not store.put(segment(ids=ids_of(2)))
    assert store.segments(MINUTE, 3)[0].ids == ids_of(1)


def test_a_put_is_lost_when_another_was_first(store: StateStore) -> None:
    store.put(segment())
    assert store.put(segment(version=1, ids=ids_of(1)))

    assert not store.put(segment(version=1, ids=ids_of(2)))
    assert not store.put(segment(version=7, ids=ids_of(2)))
    assert store.segments(MINUTE, 3)[0].ids == ids_of(1)


def test_a_put_on_a_version_that_is_gone_is_lost(store: StateStore) -> None:
    assert not store.put(segment(version=2))


def test_segments_come_by_number_and_of_their_partition_alone(store: StateStore) -> None:
    for partition, number in [(3, 10), (3, 2), (3, 0), (33, 1), (2, 0)]:
        store.put(segment(partition=partition, number=number))

    assert [some.number for some in store.segments(MINUTE, 3)] == [0, 2, 10]


def test_a_minute_has_all_its_partitions_and_no_other_minute(store: StateStore) -> None:
    for partition, number in [(12, 0), (3, 1), (3, 0)]:
        store.put(segment(partition=partition, number=number))
    store.put(segment(minute=MINUTE.next))

    assert [(some.partition, some.number) for some in store.minute(MINUTE)] == [(3, 0), (3, 1), (12, 0)]


def test_nothing_stored_is_no_segment(store: StateStore) -> None:
    assert store.segments(MINUTE, 3) == []
    assert store.minute(MINUTE) == []
    assert store.segments_of([]) == []


def test_many_items_are_read_in_the_order_asked_with_all_their_segments(store: StateStore) -> None:
    minutes = [Window(AT + timedelta(minutes=number)) for number in range(130)]
    store.put(segment(minute=minutes[0], number=0, encoded_table=FROZEN_TABLE))
    store.put(segment(minute=minutes[0], number=1, encoded_table=FROZEN_TABLE))
    store.put(segment(minute=minutes[0], number=2))
    store.put(segment(minute=minutes[129], partition=5))
    store.put(segment(minute=minutes[129], partition=6))

    keys = [(minutes[129], 5), *[(minute, 3) for minute in minutes], (minutes[129], 6)]
    found = store.segments_of(keys)

    assert {place: [some.number for some in found[place]] for place in range(132) if found[place]} == {
        0: [0],
        1: [0, 1, 2],
        131: [0],
    }


def test_a_segment_of_the_largest_size_is_taken(store: StateStore) -> None:
    assert store.put(segment(encoded_table=bytes(LARGEST_BYTES)))


def test_a_minute_of_many_full_segments_is_read_whole(store: StateStore) -> None:
    for number in range(6):
        store.put(segment(number=number, encoded_table=FROZEN_TABLE))

    assert [some.number for some in store.minute(MINUTE)] == list(range(6))
    assert len(store.segments(MINUTE, 3)) == 6


def test_progress_only_grows(store: StateStore) -> None:
    store.advance_progress(3, AT)
    store.advance_progress(3, AT - timedelta(seconds=1))
    store.advance_progress(3, AT)
    store.advance_progress(12, AT + timedelta(seconds=1))

    assert store.progress() == {3: AT, 12: AT + timedelta(seconds=1)}


def test_progress_is_kept_to_the_millisecond_below(store: StateStore) -> None:
    store.advance_progress(0, AT + timedelta(microseconds=1_999))

    assert store.progress() == {0: AT + timedelta(milliseconds=1)}


def test_nothing_heard_is_no_progress(store: StateStore) -> None:
    assert store.progress() == {}


def test_progress_is_no_state_of_any_minute(store: StateStore) -> None:
    store.advance_progress(3, AT)

    assert store.minute(MINUTE) == []
