"""What only the layout of immutable segments promises, over heads and blobs in memory and in DynamoDB (moto)."""

from collections.abc import Callable, Iterator
from itertools import count

import boto3
import pytest
from moto import mock_aws

from functions.rollup.batch import touched_minutes
from shared.adapters.segment_items import DynamoSegmentItems
from shared.errors import TransientError
from shared.windows.ids import EventIds
from shared.windows.segmented import SegmentedStateStore
from shared.windows.segments import SegmentHead, SegmentItems
from shared.windows.state import Segment
from shared.windows.table import SummaryTable
from tests.builders.aws import create_table
from tests.builders.states import MINUTE, ids_of, opened, segment
from tests.builders.tables import cell, table
from tests.fakes.segment_items import InMemorySegmentItems

KEY = (MINUTE, 3)
MOST_SMALL = 8
_numbers = count()


@pytest.fixture(autouse=True)
def merged_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.windows.segments.MOST_SMALL", MOST_SMALL)


@pytest.fixture(params=["memory", "dynamodb"])
def items(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[SegmentItems]:
    if request.param == "memory":
        yield InMemorySegmentItems()
        return
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(client, "window_state")
        yield DynamoSegmentItems(client, "window_state")


def store_over(items: SegmentItems) -> SegmentedStateStore:
    return SegmentedStateStore(items, lambda: f"{next(_numbers):016x}")


def one_event(number: int) -> Segment:
    observed = table((cell(f"model-{number % 3}"), {"input_tokens": number}))
    return segment(ids=ids_of(number), late_ids=ids_of(number + 500), encoded_table=observed.encode())


def trickle(store: SegmentedStateStore, numbers: range) -> None:
    for number in numbers:
        event = one_event(number)
        assert store.put(opened(store, ids=event.ids, late_ids=event.late_ids, encoded_table=event.encoded_table))


def content(segments: list[Segment]) -> tuple[EventIds, EventIds, SummaryTable]:
    return (
        EventIds.merged(some.ids for some in segments),
        EventIds.merged(some.late_ids for some in segments),
        SummaryTable.merge([some.table for some in segments]),
    )


class Overtaken:
    """Items whose next head is put a moment after something else happens."""

    def __init__(self, items: SegmentItems, first: Callable[[], object]) -> None:
        self.heads, self.heads_of = items.heads, items.heads_of
        self.put_blobs, self.blobs = items.put_blobs, items.blobs
        self.progress, self.advance_progress = items.progress, items.advance_progress
        self._items, self._first = items, first

    def put_head(self, head: SegmentHead) -> bool:
        self._first()
        return self._items.put_head(head)


def die() -> None:
    raise TransientError("gone")


def test_who_loses_the_head_leaves_nothing_that_is_read(items: SegmentItems) -> None:
    overtaken = store_over(Overtaken(items, lambda: store_over(items).put(segment(ids=ids_of(1)))))

    assert not overtaken.put(segment(ids=ids_of(2)))
    assert [some.ids for some in store_over(items).segments(*KEY)] == [ids_of(1)]
    assert [some.ids for some in store_over(items).minute(MINUTE)] == [ids_of(1)]


def test_who_dies_before_the_head_leaves_nothing_that_is_read(items: SegmentItems) -> None:
    with pytest.raises(TransientError):
        store_over(Overtaken(items, die)).put(segment(ids=ids_of(2)))

    assert store_over(items).minute(MINUTE) == []
    assert store_over(items).put(segment(ids=ids_of(2)))


def test_many_small_segments_become_one_with_the_same_content(items: SegmentItems) -> None:
    store = store_over(items)

    trickle(store, range(3 * MOST_SMALL))

    whole = [one_event(number) for number in range(3 * MOST_SMALL)]
    assert content(store.segments(*KEY)) == content(whole)
    assert content(store.minute(MINUTE)) == content(whole)
    assert len(store.segments(*KEY)) <= MOST_SMALL


def test_numbers_grow_over_a_merge(items: SegmentItems) -> None:
    store = store_over(items)

    trickle(store, range(MOST_SMALL + 1))

    assert [some.number for some in store.segments(*KEY)] == [MOST_SMALL - 1, MOST_SMALL]
    assert store.open_segment(KEY, store.segments_of([KEY])[0]).number == MOST_SMALL + 1


def test_a_merge_that_loses_its_head_changes_nothing(items: SegmentItems) -> None:
    trickle(store_over(items), range(MOST_SMALL))
    next_one = opened(store_over(items), ids=ids_of(1_001))
    other = opened(store_over(items), ids=ids_of(1_002))

    assert not store_over(Overtaken(items, lambda: store_over(items).put(other))).put(next_one)

    ids, _, _ = content(store_over(items).segments(*KEY))
    assert ids == ids_of(*range(MOST_SMALL), 1_002)


def test_a_reader_of_an_old_head_still_finds_all_that_it_lists(items: SegmentItems) -> None:
    trickle(store_over(items), range(MOST_SMALL))
    old = items.heads([KEY])

    trickle(store_over(items), range(MOST_SMALL, MOST_SMALL + 1))

    listed = [old[KEY].blob(ref, part) for ref in old[KEY].refs for part in ("ids", "table")]
    assert len(items.blobs(listed)) == 2 * MOST_SMALL


def test_a_listed_segment_that_is_gone_is_an_error_and_no_smaller_sum(items: SegmentItems) -> None:
    store_over(items).put(segment(ids=ids_of(1)))
    forgetful = Overtaken(items, die)
    forgetful.blobs = lambda keys: dict.fromkeys(keys[1:], b"")

    with pytest.raises(TransientError):
        store_over(forgetful).segments(*KEY)


def test_segments_without_tables_cannot_be_taken_for_empty_ones(items: SegmentItems) -> None:
    store_over(items).put(one_event(1))

    [[known]] = store_over(items).segments_of([KEY])

    assert known.ids == ids_of(1)
    with pytest.raises(ValueError, match="table"):
        _ = known.table


def test_only_the_head_rings_and_only_for_its_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(client, "window_state")
        store_over(DynamoSegmentItems(client, "window_state")).put(one_event(1))
        written = client.scan(TableName="window_state")["Items"]

    changes = [{"eventName": "INSERT", "dynamodb": {"Keys": {"pk": item["pk"], "sk": item["sk"]}}} for item in written]
    ringing = [change for change in changes if touched_minutes({"Records": [change]})]
    assert (len(changes), len(ringing)) == (3, 1)
    assert touched_minutes({"Records": changes}) == {MINUTE}
    assert [item["pk"]["S"][0] == "2" for item in written].count(True) == 1


def test_segments_outlive_the_head_that_lists_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(client, "window_state")
        store_over(DynamoSegmentItems(client, "window_state")).put(one_event(1))
        expiries = {
            item["pk"]["S"]: int(item["expires_at"]["N"]) for item in client.scan(TableName="window_state")["Items"]
        }

    head = expiries.pop(MINUTE.key)
    assert head == int(segment().expires_at.timestamp())
    assert min(expiries.values()) > head
