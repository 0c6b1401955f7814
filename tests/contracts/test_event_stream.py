"""What any event stream does, on the fake and on Kinesis."""

from collections.abc import Callable, Iterator

import boto3
import pytest
from moto import mock_aws

from shared.adapters.json_api import JsonApi
from shared.adapters.kinesis import KinesisStream, kinesis_stream
from shared.errors import UnacknowledgedError
from shared.packs.stream import EventStream, StreamRecord
from tests.builders.stream_contents import stream_contents
from tests.fakes.aws_connection import MotoConnection
from tests.fakes.event_stream import FakeEventStream
from tests.fakes.kinesis_api import ThrottlingKinesis

PARTITIONS = 4
THROTTLED_PARTITION = 2
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


@pytest.fixture
def throttled(made: tuple[EventStream, Contents]) -> tuple[EventStream, Contents]:
    """The same stream while one of its partitions is over its limits."""
    stream, there = made
    if isinstance(stream, FakeEventStream):
        stream.throttled = {THROTTLED_PARTITION}
        return stream, there
    api = ThrottlingKinesis(JsonApi.of("kinesis"), str(THROTTLED_PARTITION))
    return KinesisStream(api, "events", PARTITIONS, sleep=lambda _: None), there


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


def test_what_a_throttled_stream_has_not_acknowledged_is_not_in_it(throttled: tuple[EventStream, Contents]) -> None:
    stream, there = throttled
    records = [StreamRecord(number % PARTITIONS, b"%03d" % number) for number in range(20)]

    with pytest.raises(UnacknowledgedError) as failure:
        stream.put(records)

    left = set(failure.value.positions)
    assert (left, failure.value.is_throttled) == (set(range(THROTTLED_PARTITION, 20, PARTITIONS)), True)
    assert sorted(record.data for record in there()) == [b"%03d" % number for number in range(20) if number not in left]


def test_nothing_may_be_put(made: tuple[EventStream, Contents]) -> None:
    stream, there = made

    stream.put([])

    assert there() == []
