"""One suite for every count of refused items and quarantined records: in memory, and DynamoDB (moto)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from shared.adapters.dynamodb import dynamodb_client
from shared.adapters.quarantine_notes import DynamoQuarantineNotes
from shared.adapters.refusals import DynamoRefusalCounts, refusal_counts
from shared.errors import TransientError
from shared.events.refusals import LATE, LIFE, QUARANTINED, RefusalCounts, Refused
from shared.packs.quarantine import QuarantinedRecord, QuarantineNotes
from tests.builders.aws import create_table
from tests.builders.events import NOON
from tests.fakes.aws_connection import BrokenConnection, MotoConnection
from tests.fakes.refusals import InMemoryRefusalCounts

MINUTE = timedelta(minutes=1)
RECORD = QuarantinedRecord("aggregation", "shardId-000000000001", "49001", "3", NOON, b"junk", "expired", "why")


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


@pytest.fixture
def notes(counts: RefusalCounts) -> QuarantineNotes:
    """Of what `counts` tells."""
    return counts if isinstance(counts, InMemoryRefusalCounts) else DynamoQuarantineNotes(dynamodb_client(), "refusals")


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


def quarantined(counts: RefusalCounts, tenant: str = "acme") -> int:
    found = counts.between(tenant, NOON - MINUTE, NOON + 2 * MINUTE)
    return sum(refused.counts.get(QUARANTINED, 0) for refused in found)


def test_a_record_that_is_noted_twice_is_told_once(counts: RefusalCounts, notes: QuarantineNotes) -> None:
    for noted in (
        RECORD,
        replace(RECORD, stage="redrive", code="unreadable_record"),
        replace(RECORD, sequence="49002"),
    ):
        notes.note("acme", noted)
    notes.note("umbrella", replace(RECORD, shard="shardId-000000000002"))

    assert (quarantined(counts), quarantined(counts, "umbrella"), quarantined(counts, "globex")) == (2, 1, 0)


def test_a_noted_record_is_in_the_minute_of_its_arrival_beside_what_was_refused_in_it(
    counts: RefusalCounts, notes: QuarantineNotes
) -> None:
    counts.add("acme", Refused(NOON, {LATE: 1}))
    notes.note("acme", replace(RECORD, arrived_at=NOON + timedelta(seconds=59)))

    assert list(counts.between("acme", NOON, NOON + MINUTE)) == [
        Refused(NOON, {LATE: 1}),
        Refused(NOON, {QUARANTINED: 1}),
    ]
    assert not list(counts.between("acme", NOON - MINUTE, NOON))
    assert not list(counts.between("acme", NOON + MINUTE, NOON + 2 * MINUTE))


def test_a_minute_that_is_not_over_is_told_with_its_records(counts: RefusalCounts, notes: QuarantineNotes) -> None:
    notes.note("acme", RECORD)

    assert list(counts.between("acme", NOON - MINUTE, NOON + timedelta(seconds=1))) == [Refused(NOON, {QUARANTINED: 1})]


def test_a_noted_record_is_kept_for_as_long_as_it_can_be_asked_for() -> None:
    client = boto3.client("dynamodb")
    create_table(client, "refusals")

    DynamoQuarantineNotes(client, "refusals").note("acme", RECORD)

    [item] = client.scan(TableName="refusals")["Items"]
    assert int(item["expires_at"]["N"]) == (NOON + LIFE).timestamp()


def test_a_table_that_does_not_answer_fails_the_note() -> None:
    with pytest.raises(TransientError, match="ResourceNotFound"):
        DynamoQuarantineNotes(dynamodb_client(), "refusals").note("acme", RECORD)
