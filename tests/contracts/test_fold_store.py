"""One suite for every store of the anomaly fold: the one in memory, and the one in DynamoDB and S3 (moto)."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import boto3
import pytest
from moto import mock_aws

from shared.adapters.folds import DynamoFoldStore
from shared.anomalies.folds import FoldStore, Place
from shared.errors import TransientError
from tests.builders.anomalies import anomaly, five
from tests.builders.aws import create_table
from tests.fakes.fold_store import InMemoryFoldStore

PLACE = Place(five(3), revision=7, states={0: "a", 12: "b"}, memory="c", stale=("d",), is_pending=True)


@pytest.fixture(params=["memory", "aws"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[FoldStore]:
    if request.param == "memory":
        yield InMemoryFoldStore()
        return
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client: Any = boto3.client("dynamodb")
        objects: Any = boto3.client("s3")
        create_table(client, "detection")
        objects.create_bucket(Bucket="states")
        ids = count()
        yield DynamoFoldStore(client, "detection", objects, "states", lambda: f"{next(ids):032x}")


def test_a_place_is_read_as_it_was_put(store: FoldStore) -> None:
    assert store.place() is None

    assert store.advance(None, PLACE)

    assert store.place() == PLACE


def test_a_place_without_anything_is_one_too(store: FoldStore) -> None:
    assert store.advance(None, Place(five(0)))

    assert store.place() == Place(five(0))


def test_of_two_that_stand_at_the_same_place_one_moves(store: FoldStore) -> None:
    store.advance(None, PLACE)
    settled = replace(PLACE, is_pending=False)

    assert not store.advance(None, PLACE)
    assert store.advance(PLACE, settled)
    assert not store.advance(PLACE, settled)
    assert store.advance(settled, replace(settled, revision=8))
    assert not store.advance(settled, replace(settled, revision=8))


def test_an_object_is_kept_under_a_fresh_id_until_it_is_forgotten(store: FoldStore) -> None:
    first, second = store.put_object(b"one"), store.put_object(b"one")
    assert first != second
    assert store.object(first) == b"one"

    store.forget([first, "never there"])

    assert store.object(second) == b"one"
    with pytest.raises(TransientError):
        store.object(first)


def test_what_the_fast_lane_announces_waits_until_it_is_adopted(store: FoldStore) -> None:
    first, second = anomaly(), anomaly(window=five(1))
    for one in (first, second, first):
        store.announce(one)
    assert sorted(store.announced(), key=lambda one: one.id) == [first, second]

    store.adopted([first])

    assert list(store.announced()) == [second]
