"""One suite for every store of anomalies: the one in memory and the one in DynamoDB (moto)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from shared.adapters.anomalies import DynamoAnomalyStore
from shared.anomalies.anomaly import Anomaly, Series
from shared.anomalies.stores import AnomalyStore, Notice, Sending, StoredAnomaly
from tests.builders.anomalies import anomaly, five
from tests.builders.aws import create_table
from tests.fakes.anomaly_store import InMemoryAnomalyStore

OTHER = Series(("acme", "total"), "requests", "count")


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[AnomalyStore]:
    if request.param == "memory":
        yield InMemoryAnomalyStore()
        return
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client: Any = boto3.client("dynamodb")
        create_table(client, "anomalies")
        yield DynamoAnomalyStore(client, "anomalies")


def found(store: AnomalyStore, first: int, end: int, after: str | None = None) -> list[Anomaly]:
    return list(store.find("acme", five(first).start, five(end).start, after=after))


def test_what_was_never_stored_is_not_there(store: AnomalyStore) -> None:
    assert store.get("acme", "2026-11-22T12:00Z-0000000000000000") is None
    assert found(store, 0, 9) == []


def test_an_anomaly_is_read_as_it_was_stored(store: AnomalyStore) -> None:
    stored = StoredAnomaly(
        anomaly(common={"team": None}, observed=None, members=3),
        revision=7,
        edition=2,
        is_decided=True,
        notices={Notice.DETECTED: Sending.SENT, Notice.RESOLVED: Sending.OWED},
    )

    assert store.swap(None, stored)

    assert store.get("acme", stored.anomaly.id) == stored
    assert store.get("other", stored.anomaly.id) is None


def test_of_two_that_read_the_same_one_writes(store: AnomalyStore) -> None:
    first = StoredAnomaly.new(anomaly(alerted=True), 1)
    assert store.swap(None, first)
    assert not store.swap(None, first)

    sent = first.sent(Notice.DETECTED)

    assert store.swap(first, sent)
    assert not store.swap(first, replace(first, edition=first.edition + 1))
    assert store.get("acme", first.anomaly.id) == sent


def test_anomalies_of_a_range_are_found_newest_first_and_page_by_page(store: AnomalyStore) -> None:
    kept = [anomaly(window=five(number), series=series) for number in range(3) for series in (anomaly().series, OTHER)]
    for one in (*kept, anomaly(series=Series(("other", "total"), "requests", "count"))):
        assert store.swap(None, StoredAnomaly.new(one, 1))

    in_order = sorted(kept, key=lambda one: one.id, reverse=True)

    assert found(store, 0, 3) == in_order
    assert found(store, 1, 2) == in_order[2:4]
    assert found(store, 0, 3, after=in_order[2].id) == in_order[3:]
    assert list(store.find("acme", five(0).start, five(0).start + timedelta(minutes=1))) == in_order[4:]
