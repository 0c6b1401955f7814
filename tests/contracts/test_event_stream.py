"""What any event stream does: the fake, Kinesis (moto) and Kafka (the cluster that librdkafka has for tests)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import boto3
import pytest
from confluent_kafka import Producer
from moto import mock_aws

from shared.adapters.json_api import JsonApi
from shared.adapters.kafka import KafkaStream
from shared.adapters.kinesis import KinesisStream, kinesis_stream
from shared.errors import UnacknowledgedError
from shared.packs.stream import EventStream, StreamRecord
from tests.builders.kafka import TOPIC, MockCluster, mock_cluster
from tests.builders.stream_contents import stream_contents
from tests.fakes.aws_connection import MotoConnection
from tests.fakes.event_stream import FakeEventStream
from tests.fakes.kinesis_api import ThrottlingKinesis

PARTITIONS = 4
THROTTLED_PARTITION = 2
Contents = Callable[[], list[StreamRecord]]
IMPATIENT = {"delivery.timeout.ms": 1_500, "request.timeout.ms": 500, "log_level": 0}


@dataclass(frozen=True)
class Made:
    """`refusing` is the stream while it takes nothing of one partition; not every stream can say that it is its limits."""

    stream: EventStream
    there: Contents
    refusing: Callable[[], AbstractContextManager[EventStream]]
    tells_of_limits: bool = True


@pytest.fixture(params=["fake", "kinesis", pytest.param("kafka", marks=pytest.mark.network)])
def made(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    if request.param == "fake":
        yield _fake()
    elif request.param == "kafka":
        with mock_cluster(PARTITIONS) as cluster:
            yield _kafka(cluster)
    else:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "test")
        monkeypatch.setenv("AWS_REGION", "eu-west-1")
        monkeypatch.setattr("shared.adapters.json_api.HTTPSConnection", MotoConnection)
        with mock_aws():
            yield _kinesis()


def _fake() -> Made:
    fake = FakeEventStream()

    @contextmanager
    def refusing() -> Iterator[EventStream]:
        fake.throttled = {THROTTLED_PARTITION}
        yield fake
        fake.throttled = set()

    return Made(fake, lambda: fake.records, refusing)


def _kinesis() -> Made:
    client = boto3.client("kinesis", region_name="eu-west-1")
    client.create_stream(StreamName="events", ShardCount=2)

    @contextmanager
    def refusing() -> Iterator[EventStream]:
        api = ThrottlingKinesis(JsonApi.of("kinesis"), str(THROTTLED_PARTITION))
        yield KinesisStream(api, "events", PARTITIONS, sleep=lambda _: None)

    return Made(kinesis_stream("events", PARTITIONS), lambda: stream_contents(client, "events"), refusing)


def _kafka(cluster: MockCluster) -> Made:
    stream = KafkaStream(Producer, TOPIC, {"bootstrap.servers": cluster.brokers, **IMPATIENT})

    @contextmanager
    def refusing() -> Iterator[EventStream]:
        with cluster.without(THROTTLED_PARTITION, PARTITIONS):
            yield stream

    return Made(stream, lambda: cluster.contents(PARTITIONS), refusing, tells_of_limits=False)


def test_what_is_put_is_there_when_put_returns(made: Made) -> None:
    stream, there = made.stream, made.there
    records = [StreamRecord(partition, b"\x00record %d" % partition) for partition in range(PARTITIONS)]

    stream.put(records)

    assert sorted(there(), key=lambda record: record.partition) == records


def test_records_of_a_partition_stay_in_order(made: Made) -> None:
    stream, there = made.stream, made.there
    records = [StreamRecord(number % PARTITIONS, b"%03d" % number) for number in range(600)]

    stream.put(records)

    for partition in range(PARTITIONS):
        data = [record.data for record in there() if record.partition == partition]
        assert data == [record.data for record in records if record.partition == partition]


def test_what_a_throttled_stream_has_not_acknowledged_is_not_in_it(made: Made) -> None:
    records = [StreamRecord(number % PARTITIONS, b"%03d" % number) for number in range(20)]

    with made.refusing() as stream, pytest.raises(UnacknowledgedError) as failure:
        stream.put(records)

    left = set(failure.value.positions)
    assert (left, failure.value.is_throttled) == (
        set(range(THROTTLED_PARTITION, 20, PARTITIONS)),
        made.tells_of_limits,
    )
    assert sorted(record.data for record in made.there()) == [
        b"%03d" % number for number in range(20) if number not in left
    ]


def test_nothing_may_be_put(made: Made) -> None:
    stream, there = made.stream, made.there

    stream.put([])

    assert there() == []
