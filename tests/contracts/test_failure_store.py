"""One suite for every failure bucket: the one in memory and the one in S3 (moto)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import boto3
import pytest
from moto import mock_aws

from shared.adapters.failures import S3FailureStore
from shared.adapters.quarantine import S3Quarantine
from shared.errors import TransientError
from shared.packs.failures import Failure, FailureKind, FailureStore
from shared.packs.quarantine import Quarantine, QuarantinedRecord
from tests.builders.events import NOON
from tests.builders.failures import GIVEN_UP
from tests.fakes.failure_store import InMemoryFailures

RECORD = QuarantinedRecord("aggregation", "shard-1", "49001", "3", NOON, b"\x00\xff", "unreadable", "schön %41 ~")
QUARANTINED = "quarantine/aggregation/shard-1/49001"


@dataclass
class Bucket:
    failures: FailureStore
    quarantine: Quarantine
    give_up: Callable[[str, bytes], None]


@pytest.fixture(params=["memory", "s3"])
def bucket(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    if request.param == "memory":
        memory = InMemoryFailures()
        yield Bucket(memory, memory, memory.give_up)
        return
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="failures")

        def give_up(key: str, data: bytes) -> None:
            client.put_object(Bucket="failures", Key=key, Body=data)

        yield Bucket(S3FailureStore(client, "failures"), S3Quarantine(client, "failures"), give_up)


def test_what_was_quarantined_is_read_with_its_reason(bucket: Bucket) -> None:
    bucket.quarantine.put(RECORD)

    reason = {"code": "unreadable", "message": "schön %41 ~", "partition-key": "3"}
    assert bucket.failures.read(QUARANTINED) == Failure(QUARANTINED, RECORD.data, reason)


def test_what_waits_is_listed_by_kind_in_the_order_of_the_keys(bucket: Bucket) -> None:
    bucket.quarantine.put(RECORD)
    bucket.give_up(GIVEN_UP, b"{}")
    bucket.give_up("notes.txt", b"")

    found = list(bucket.failures.waiting())

    assert [(each.key, each.kind, each.size_bytes) for each in found] == [
        (GIVEN_UP, FailureKind.GIVEN_UP, 2),
        ("notes.txt", FailureKind.UNKNOWN, 0),
        (QUARANTINED, FailureKind.QUARANTINED, 2),
    ]


def test_a_listing_goes_on_after_a_key_and_takes_deletions_meanwhile(bucket: Bucket) -> None:
    for number in range(5):
        bucket.give_up(f"aws/lambda/{number}", b"{}")

    seen = []
    for waiting in bucket.failures.waiting("aws/lambda/1"):
        bucket.failures.delete(waiting.key)
        seen.append(waiting.key[-1])

    assert seen == ["2", "3", "4"]
    assert [waiting.key[-1] for waiting in bucket.failures.waiting()] == ["0", "1"]


def test_what_is_gone_reads_as_nothing_and_may_be_deleted_again(bucket: Bucket) -> None:
    bucket.give_up(GIVEN_UP, b"{}")

    bucket.failures.delete(GIVEN_UP)
    bucket.failures.delete(GIVEN_UP)

    assert bucket.failures.read(GIVEN_UP) is None


@mock_aws
def test_a_bucket_that_does_not_answer_is_transient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    absent = S3FailureStore(boto3.client("s3"), "absent")

    for ask in (lambda: list(absent.waiting()), lambda: absent.read("key"), lambda: absent.delete("key")):
        with pytest.raises(TransientError):
            ask()
