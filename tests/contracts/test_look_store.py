"""One suite for every store of looks: the one in memory, and the one in DynamoDB (moto)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from shared.adapters.looks import DynamoLookStore
from shared.mirror.stores import Look, LookStore
from shared.windows.window import Resolution, Window
from tests.builders.aws import create_table
from tests.fakes.mirror import InMemoryLookStore

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOOK = Look(Window(NOON), NOON + timedelta(microseconds=1))
HOUR = Look(Window(NOON, Resolution.HOUR), NOON)
LATER = replace(LOOK, due=NOON + timedelta(minutes=1))


@pytest.fixture(params=["memory", "aws"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[LookStore]:
    if request.param == "memory":
        yield InMemoryLookStore()
        return
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client: Any = boto3.client("dynamodb")
        create_table(client, "looks")
        yield DynamoLookStore(client, "looks")


def test_what_is_due_is_found_the_longest_due_first(store: LookStore) -> None:
    for look in (LOOK, HOUR):
        store.note(look)

    assert list(store.due(NOON - timedelta(microseconds=1))) == []
    assert list(store.due(NOON)) == [HOUR]
    assert list(store.due(LATER.due)) == [HOUR, LOOK]


def test_a_later_time_replaces_an_earlier_one_and_never_the_other_way(store: LookStore) -> None:
    for look in (LOOK, LATER, LOOK):
        store.note(look)

    assert list(store.due(LATER.due)) == [LATER]


def test_what_is_settled_is_forgotten_unless_it_was_noted_again(store: LookStore) -> None:
    store.note(LATER)

    store.settle(LOOK)
    assert list(store.due(LATER.due)) == [LATER]
    store.settle(LATER)

    assert list(store.due(LATER.due)) == []
    store.settle(LATER)
