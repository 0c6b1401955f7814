"""One suite for every store of open windows: both layouts, in memory and in DynamoDB (moto)."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Literal

import boto3
import pytest
from moto import mock_aws

from shared.adapters.dynamodb_api import dynamo_api
from shared.adapters.state_stores import state_store
from shared.windows.segmented import SegmentedStateStore
from shared.windows.state import FREEZES_AT_BYTES, LARGEST_BYTES, Segment, StateLayout, StateStore
from shared.windows.window import Window
from tests.builders.aws import create_table
from tests.builders.states import MINUTE, ids_of, opened, segment
from tests.fakes.aws_connection import MotoConnection
from tests.fakes.segment_items import InMemorySegmentItems
from tests.fakes.state_store import InMemoryStateStore

AT = MINUTE.start
FROZEN_TABLE = bytes(range(256)) * (FREEZES_AT_BYTES // 256 + 1)
Place = Literal["memory", "dynamodb", "without the SDK"]


@pytest.fixture(params=["memory", "dynamodb", "without the SDK"])
def place(request: pytest.FixtureRequest) -> Place:
    chosen: Place = request.param
    return chosen


@pytest.fixture(params=["items", "segments"])
def layout(request: pytest.FixtureRequest) -> StateLayout:
    chosen: StateLayout = request.param
    return chosen


@pytest.fixture
def store(place: Place, layout: StateLayout, monkeypatch: pytest.MonkeyPatch) -> Iterator[StateStore]:
    if place == "memory":
        numbers = count()
        segmented = SegmentedStateStore(InMemorySegmentItems(), lambda: str(next(numbers)))
        yield segmented if layout == "segments" else InMemoryStateStore()
        return
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(client, "window_state")
        if place == "without the SDK":
            monkeypatch.setattr("shared.adapters.json_api.HTTPSConnection", MotoConnection)
            client = dynamo_api().as_client
        yield state_store(client, "window_state", layout)


def facts(some: Segment) -> tuple[object, ...]:
    return some.minute, some.partition, some.number, some.version, some.ids, some.late_ids, some.encoded_table


def fill(store: StateStore, partition: int, segments: int, minute: Window = MINUTE) -> None:
    for _ in range(segments):
        assert store.put(opened(store, partition, minute, encoded_table=FROZEN_TABLE))


def test_what_was_put_is_read_as_the_next_version(store: StateStore) -> None:
    assert store.put(segment(ids=ids_of(1, 2), late_ids=ids_of(3), encoded_table=b"\x01table"))

    [stored] = store.segments(MINUTE, 3)
    assert facts(stored) == facts(segment(version=1, ids=ids_of(1, 2), late_ids=ids_of(3), encoded_table=b"\x01table"))


def test_only_one_of_two_writers_begins_a_segment(store: StateStore) -> None:
    assert store.put(segment(ids=ids_of(1)))

    assert not store.put(segment(ids=ids_of(2)))
    assert store.segments(MINUTE, 3)[0].ids == ids_of(1)


def test_a_put_is_lost_when_another_was_first(store: StateStore) -> None:
    store.put(segment(ids=ids_of(1)))
    first, second = opened(store, late_ids=ids_of(2)), opened(store, late_ids=ids_of(3))
    assert store.put(first)

    assert not store.put(second)
    assert [some.late_ids for some in store.segments(MINUTE, 3) if some.late_ids] == [ids_of(2)]


@pytest.mark.parametrize("ahead", [{"version": 2}, {"version": 1, "number": 1}])
def test_a_put_on_what_is_not_stored_is_lost(store: StateStore, ahead: dict[str, int]) -> None:
    store.put(segment())

    assert not store.put(segment(**ahead))


def test_what_is_put_behind_a_full_segment_leaves_it_as_it_is(store: StateStore) -> None:
    fill(store, 3, 1)
    assert store.put(opened(store, ids=ids_of(1)))

    assert [(some.number, some.ids, some.is_frozen) for some in store.segments(MINUTE, 3)] == [
        (0, ids_of(), True),
        (1, ids_of(1), False),
    ]


def test_segments_come_by_number_and_of_their_partition_alone(store: StateStore) -> None:
    for partition, segments in [(3, 11), (33, 2), (2, 1)]:
        fill(store, partition, segments)

    assert [some.number for some in store.segments(MINUTE, 3)] == list(range(11))


def test_a_minute_has_all_its_partitions_and_no_other_minute(store: StateStore) -> None:
    fill(store, 12, 1)
    fill(store, 3, 2)
    fill(store, 3, 1, MINUTE.next)

    assert [(some.partition, some.number) for some in store.minute(MINUTE)] == [(3, 0), (3, 1), (12, 0)]


def test_nothing_stored_is_no_segment(store: StateStore) -> None:
    assert store.segments(MINUTE, 3) == []
    assert store.minute(MINUTE) == []
    assert store.segments_of([]) == []


def test_many_items_are_read_in_the_order_asked_with_all_their_segments(store: StateStore) -> None:
    minutes = [Window(AT + timedelta(minutes=number)) for number in range(130)]
    fill(store, 3, 2, minutes[0])
    store.put(opened(store, 3, minutes[0], ids=ids_of(7)))
    store.put(segment(minute=minutes[129], partition=5))
    store.put(segment(minute=minutes[129], partition=6, ids=ids_of(8), late_ids=ids_of(9, 10)))

    keys = [(minutes[129], 5), *[(minute, 3) for minute in minutes], (minutes[129], 6)]
    found = store.segments_of(keys)

    known = [[(some.number, some.ids, some.late_ids) for some in segments] for segments in found]
    assert {place: segments for place, segments in enumerate(known) if segments} == {
        0: [(0, ids_of(), ids_of())],
        1: [(0, ids_of(), ids_of()), (1, ids_of(), ids_of()), (2, ids_of(7), ids_of())],
        131: [(0, ids_of(8), ids_of(9, 10))],
    }


def test_a_segment_of_the_largest_size_is_taken(store: StateStore) -> None:
    assert store.put(segment(encoded_table=bytes(LARGEST_BYTES)))


def test_a_minute_of_many_full_segments_is_read_whole(store: StateStore) -> None:
    fill(store, 3, 6)

    assert [some.number for some in store.minute(MINUTE)] == list(range(6))
    assert {some.encoded_table for some in store.segments(MINUTE, 3)} == {FROZEN_TABLE}


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
