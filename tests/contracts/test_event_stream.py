"""What any event stream does, on the fake and on Kinesis."""

from collections.abc import Callable, Iterator

import boto3
import pytest
from moto import mock_aws

from shared.adapters.kinesis import kinesis_stream
from shared.packs.stream import EventStream, StreamRecord
from tests.builders.stream_contents import stream_contents
from tests.fakes.aws_connection import MotoConnection
from tests.fakes.event_stream import FakeEventStream

PARTITIONS = 4
Contents = Callable[[], list[StreamRecord]]


@pytest.fixture(params=["fake", "kinesis"])
def made(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[EventStream, Contents]]:
    if request.param == "fake":
        fake = FakeEventStream()
        yield fake, lambda: fake.records
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setattr("shared.adapters.json_api.HTTPSConnection", MotoConnection)
    with mock_aws():
        client = boto3.client("kinesis", region_name="eu-west-1")
        client.create_stream(StreamName="events", ShardCount=2)
        yield kinesis_stream("events", PARTITIONS), lambda: stream_contents(client, "events")


def test_what_is_put_is_there_when_put_returns(made: tuple[EventStream, Contents]) -> None:
    stream, there = made
    records = [StreamRecord(partition, b"\x00record %d" % partition) for partition in range(PARTITIONS)]

    stream.put(records)

    assert sorted(there(), key=lambda record: record.partition) == records


def test_records_of_a_partition_stay_in_order(made: tuple[EventStream, Contents]) -> None:
    stream, there = made
    records = [StreamRecord(number % PARTITIONS, b"%03d" % number) for number in range(600)]

    stream.put(records)

    for partition in range(PARTITIONS):
        data = [record.data for record in there() if record.partition == partition]
        assert data == [record.data for record in records if record.partition == partition]


def test_nothing_may_be_put(made: tuple[EventStream, Contents]) -> None:
    stream, there = made

    stream.put([])

    assert there() == []
