"""One suite for every store of closed windows: the one in memory and the one in DynamoDB (moto)."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha512
from itertools import count
from typing import Any

import boto3
import pytest
from moto import mock_aws

from shared.adapters.closed_windows import CHUNK_BYTES, DynamoClosedWindowStore
from shared.errors import TransientError
from shared.windows.closed import ClosedWindowStore, Cursor, Head
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution
from tests.builders.aws import create_table
from tests.builders.states import MINUTE
from tests.builders.tables import cell, table
from tests.fakes.closed_window_store import InMemoryClosedWindowStore

SMALL, LARGE = table((cell("small"), {"input_tokens": 5})), table((cell("large"), {"input_tokens": 7}))
HEAD = Head(MINUTE, version=2, late=1, parts=(), announced_at=MINUTE.end)


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(client, "closed_windows")
        yield client


def on_dynamodb(client: Any) -> DynamoClosedWindowStore:
    ids = count()
    return DynamoClosedWindowStore(client, "closed_windows", lambda: f"{next(ids):032x}")


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> ClosedWindowStore:
    if request.param == "memory":
        return InMemoryClosedWindowStore()
    return on_dynamodb(request.getfixturevalue("dynamodb"))


def test_a_window_never_published_has_no_head(store: ClosedWindowStore) -> None:
    assert store.head(MINUTE) is None


def test_a_head_is_read_as_it_was_put(store: ClosedWindowStore) -> None:
    head = replace(HEAD, parts=store.put_parts(MINUTE, {3: SMALL, 12: LARGE}))

    assert store.put_head(head)

    assert store.head(MINUTE) == head
    assert store.head(Resolution.HOUR.containing(MINUTE.start)) is None


@pytest.mark.parametrize(
    ("version", "late", "is_put"), [(3, 0, True), (2, 2, True), (2, 1, False), (2, 0, False), (1, 9, False)]
)
def test_a_head_gives_way_only_to_a_newer_one(
    store: ClosedWindowStore, version: int, late: int, *, is_put: bool
) -> None:
    store.put_head(HEAD)

    assert store.put_head(replace(HEAD, version=version, late=late)) is is_put

    stored = store.head(MINUTE)
    assert stored
    assert (stored.version, stored.late) == ((version, late) if is_put else (2, 1))


def test_parts_are_read_by_bucket_and_all_at_once(store: ClosedWindowStore) -> None:
    refs = store.put_parts(MINUTE, {3: SMALL, 12: LARGE})

    assert [store.part(ref) for ref in refs] == [SMALL, LARGE]
    assert store.parts(replace(HEAD, parts=refs)) == {3: SMALL, 12: LARGE}


def test_parts_put_twice_do_not_mix(store: ClosedWindowStore) -> None:
    first = store.put_parts(MINUTE, {3: SMALL})
    second = store.put_parts(MINUTE, {3: LARGE})

    assert store.parts(replace(HEAD, parts=first)) == {3: SMALL}
    assert store.parts(replace(HEAD, parts=second)) == {3: LARGE}


def test_an_empty_window_has_no_parts(store: ClosedWindowStore) -> None:
    assert store.put_parts(MINUTE, {}) == ()
    assert store.parts(HEAD) == {}


def test_the_cursor_is_created_once_and_moves_from_where_it_is(store: ClosedWindowStore) -> None:
    cursor = Cursor(MINUTE, MINUTE)

    assert store.cursor() is None
    assert store.create_cursor(cursor)
    assert not store.create_cursor(Cursor(MINUTE.next, MINUTE.next))
    assert store.advance_cursor(cursor)
    assert not store.advance_cursor(cursor)

    assert store.cursor() == Cursor(MINUTE, MINUTE.next)


def test_a_part_over_the_size_of_an_item_is_cut_and_put_together(dynamodb: Any) -> None:
    names = (sha512(number.to_bytes(2)).hexdigest() for number in range(6000))
    many = table((cell(), {"input_tokens": 1})).rekey(lambda _cell: [("acme", "model", name) for name in names])
    assert len(many.encode()) > CHUNK_BYTES

    store = on_dynamodb(dynamodb)
    [ref] = store.put_parts(MINUTE, {7: many})

    assert ref.chunks > 1
    assert store.part(ref) == many


def test_a_part_that_is_not_complete_is_trouble_not_a_smaller_part(dynamodb: Any) -> None:
    store = on_dynamodb(dynamodb)
    [ref] = store.put_parts(MINUTE, {7: SMALL})

    with pytest.raises(TransientError):
        store.part(replace(ref, chunks=2))


def test_an_empty_table_is_a_part_like_any_other(store: ClosedWindowStore) -> None:
    [ref] = store.put_parts(MINUTE, {1: SummaryTable.empty()})

    assert store.part(ref) == SummaryTable.empty()
