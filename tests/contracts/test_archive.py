"""One suite for every archive: the one in memory and the one in S3 (moto)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from shared.adapters.archive import COLD_FROM_BYTES, S3Archive
from shared.errors import TransientError
from shared.packs.archive import Archive, ArchivedObject, Hours, hour_folder
from tests.fakes.archive import InMemoryArchive

NINE = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = Hours(NINE - 9 * HOUR, NINE + 15 * HOUR)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)


@pytest.fixture(params=["memory", "s3"])
def archive(request: pytest.FixtureRequest, aws: None) -> Iterator[Archive]:  # noqa: ARG001 (its variables)
    if request.param == "memory":
        yield InMemoryArchive()
        return
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="archive")
        yield S3Archive(client, "archive")


def kept(archive: Archive, hour: datetime, tenant: str = "acme", name: str = "shard-1-2") -> str:
    key = f"{hour_folder(tenant, hour)}{name}.jsonl.zst"
    archive.put([ArchivedObject(key, key.encode())])
    return key


def test_what_is_put_is_read(archive: Archive) -> None:
    key = kept(archive, NINE)

    assert archive.read(key) == key.encode()


def test_a_large_object_is_read_as_soon_as_it_is_put(archive: Archive) -> None:
    large = ArchivedObject(f"{hour_folder('acme', NINE)}large.jsonl.zst", b"z" * COLD_FROM_BYTES)

    archive.put([large])

    assert archive.read(large.key) == large.data


@mock_aws
def test_only_objects_that_are_large_enough_are_kept_cold(aws: None) -> None:  # noqa: ARG001 (its variables)
    client = boto3.client("s3")
    client.create_bucket(Bucket="archive")
    sizes = {"small": COLD_FROM_BYTES - 1, "large": COLD_FROM_BYTES}

    S3Archive(client, "archive").put([ArchivedObject(name, b"z" * size) for name, size in sizes.items()])

    classes = {each["Key"]: each["StorageClass"] for each in client.list_objects_v2(Bucket="archive")["Contents"]}
    assert classes == {"small": "STANDARD", "large": "GLACIER_IR"}


def test_keys_come_in_the_order_of_hours_and_names(archive: Archive) -> None:
    keys = [kept(archive, NINE + hours * HOUR, name=name) for hours, name in ((1, "a"), (1, "b"), (3, "a"))]

    assert list(archive.keys("acme", DAY)) == keys


def test_keys_are_those_of_the_hours_asked_and_of_the_tenant(archive: Archive) -> None:
    for hours in range(4):
        for tenant in ("acme", "acme2", "acme/x"):
            kept(archive, NINE + hours * HOUR, tenant)

    found = archive.keys("acme", Hours(NINE + HOUR + HOUR / 2, NINE + 3 * HOUR))

    assert list(found) == [f"{hour_folder('acme', NINE + hours * HOUR)}shard-1-2.jsonl.zst" for hours in (1, 2)]


def test_keys_go_on_after_one(archive: Archive) -> None:
    keys = [kept(archive, NINE, name=name) for name in "abc"]

    assert list(archive.keys("acme", DAY, keys[0])) == keys[1:]


def test_tenants_are_found_in_the_order_of_their_keys(archive: Archive) -> None:
    for tenant in ("globex", "acme", "acme/eu"):
        kept(archive, NINE, tenant)
        kept(archive, NINE + HOUR, tenant)

    assert archive.tenants() == ["acme/eu", "acme", "globex"]


def test_an_empty_archive_has_no_tenants_and_no_keys(archive: Archive) -> None:
    assert archive.tenants() == []
    assert list(archive.keys("acme", DAY)) == []


def test_what_is_not_there_cannot_be_read(archive: Archive) -> None:
    with pytest.raises(TransientError):
        archive.read("events/none")
