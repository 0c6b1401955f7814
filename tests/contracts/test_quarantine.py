"""One suite for every quarantine: the one in memory and the one in S3 (moto)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import unquote

import boto3
import pytest
from moto import mock_aws

from shared.adapters.quarantine import S3Quarantine
from shared.errors import TransientError
from shared.packs.quarantine import Quarantine, QuarantinedRecord
from tests.builders.events import NOON
from tests.fakes.quarantine import InMemoryQuarantine

RECORD = QuarantinedRecord(
    "aggregation", "shardId-000000000001", "49001", "3", NOON, b"\x00\xff", "unreadable", "not a pack"
)
Look = Callable[[], dict[str, tuple[bytes, str]]]


@pytest.fixture(params=["memory", "s3"])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Quarantine, Look]]:
    if request.param == "memory":
        memory = InMemoryQuarantine()
        yield memory, lambda: {key: (record.data, record.code) for key, record in memory.kept.items()}
        return
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="failures")

        def look() -> dict[str, tuple[bytes, str]]:
            keys = [found["Key"] for found in client.list_objects_v2(Bucket="failures").get("Contents", [])]
            objects = {key: client.get_object(Bucket="failures", Key=key) for key in keys}
            return {
                key.removeprefix("quarantine/"): (found["Body"].read(), unquote(found["Metadata"]["code"]))
                for key, found in objects.items()
            }

        yield S3Quarantine(client, "failures"), look


def test_a_record_is_kept_with_its_bytes_and_reason(kept: tuple[Quarantine, Look]) -> None:
    quarantine, look = kept

    quarantine.put(RECORD)

    assert look() == {"aggregation/shardId-000000000001/49001": (b"\x00\xff", "unreadable")}


def test_the_same_record_delivered_twice_is_kept_once(kept: tuple[Quarantine, Look]) -> None:
    quarantine, look = kept

    quarantine.put(RECORD)
    quarantine.put(RECORD)
    quarantine.put(replace(RECORD, sequence="49002"))

    assert len(look()) == 2


@pytest.mark.parametrize("message", ["", "\x00\n\r", "schön " * 200, "%" * 900, " led and trailed "])
def test_no_message_makes_a_record_unkeepable(kept: tuple[Quarantine, Look], message: str) -> None:
    quarantine, look = kept

    quarantine.put(replace(RECORD, message=message, partition_key="p\u2028" * 60))

    assert len(look()) == 1


@mock_aws
def test_a_bucket_that_does_not_answer_is_transient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)

    with pytest.raises(TransientError):
        S3Quarantine(boto3.client("s3"), "absent").put(RECORD)
