"""One suite for every count of refused items: in memory, and DynamoDB (moto)."""

from collections.abc import Iterator
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from shared.adapters.refusals import DynamoRefusalCounts, refusal_counts
from shared.errors import TransientError
from shared.events.refusals import LATE, RefusalCounts, Refused
from tests.builders.aws import create_table
from tests.builders.events import NOON
from tests.fakes.aws_connection import BrokenConnection, MotoConnection
from tests.fakes.refusals import InMemoryRefusalCounts

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setattr("shared.adapters.json_api.HTTPSConnection", MotoConnection)
    with mock_aws():
        yield


@pytest.fixture(params=["memory", "dynamodb"])
def counts(request: pytest.FixtureRequest) -> RefusalCounts:
    if request.param == "memory":
        return InMemoryRefusalCounts()
    create_table(boto3.client("dynamodb"), "refusals")
    return refusal_counts("refusals")


def test_what_is_refused_in_a_minute_is_added_up_by_code(counts: RefusalCounts) -> None:
    counts.add("acme", Refused(NOON, {"invalid_event": 2, LATE: 1}))
    counts.add("acme", Refused(NOON, {"invalid_event": 3, "event_too_large": 1}))
    counts.add("acme", Refused(NOON + MINUTE, {LATE: 5}))

    assert list(counts.between("acme", NOON, NOON + 2 * MINUTE)) == [
        Refused(NOON, {"event_too_large": 1, "invalid_event": 5, LATE: 1}),
        Refused(NOON + MINUTE, {LATE: 5}),
    ]


def test_the_end_is_not_in_a_range_and_other_tenants_are_not_told(counts: RefusalCounts) -> None:
    counts.add("acme", Refused(NOON, {"invalid_event": 2}))
    counts.add("umbrella", Refused(NOON, {"invalid_event": 7}))

    assert list(counts.between("acme", NOON - MINUTE, NOON)) == []
    assert list(counts.between("acme", NOON, NOON + MINUTE)) == [Refused(NOON, {"invalid_event": 2})]


def test_a_lost_connection_is_transient_and_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.adapters.json_api.HTTPSConnection", BrokenConnection)

    with pytest.raises(TransientError):
        refusal_counts("refusals").add("acme", Refused(NOON, {LATE: 1}))


def test_a_refusal_of_the_table_is_transient() -> None:
    class Refusing:
        def post(self, operation: str, body: bytes) -> tuple[int, bytes]:  # noqa: ARG002
            return 400, b"{}"

    with pytest.raises(TransientError, match="UpdateItem: 400"):
        DynamoRefusalCounts(Refusing(), "refusals").add("acme", Refused(NOON, {LATE: 1}))
