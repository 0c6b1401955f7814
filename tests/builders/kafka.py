"""Kafka without a broker: what Lambda hands over of a topic, and librdkafka's own cluster, which speaks the real protocol."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from ctypes import CDLL, c_char_p, c_int, c_void_p, create_string_buffer
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import confluent_kafka
from confluent_kafka import Consumer, TopicPartition

from shared.packs.arrived import ArrivedRecord
from shared.packs.stream import StreamRecord

TOPIC = "events"
_PRODUCER = 0


def kafka_event(batch: Iterable[ArrivedRecord], timestamp_type: str = "LOG_APPEND_TIME") -> dict[str, Any]:
    """What Lambda invokes a function with, of a topic of Amazon MSK."""
    records: dict[str, list[dict[str, Any]]] = {}
    for record in batch:
        topic, _, partition = record.shard.rpartition("-")
        records.setdefault(record.shard, []).append(
            {
                "topic": topic,
                "partition": int(partition),
                "offset": int(record.sequence),
                "timestamp": int(record.arrived_at.timestamp() * 1_000),
                "timestampType": timestamp_type,
                "key": b64encode(record.partition_key.encode()).decode(),
                "value": b64encode(record.data).decode(),
                "headers": [],
            }
        )
    return {
        "eventSource": "aws:kafka",
        "eventSourceArn": "arn:aws:kafka:eu-west-1:000000000000:cluster/hub/0d6a8a5c-3f3e-4f43-9d2f-0123456789ab-s1",
        "bootstrapServers": "boot-1.kafka-serverless.eu-west-1.amazonaws.com:9098",
        "records": records,
    }


@dataclass(frozen=True)
class MockCluster:
    """Three brokers on loopback that keep what they are sent, and do as they are told."""

    library: CDLL
    pointer: c_void_p
    brokers: str

    def create(self, partitions: int) -> None:
        self.library.rd_kafka_mock_topic_create(self.pointer, TOPIC.encode(), partitions, 3)

    def lead(self, partition: int, broker: int) -> None:
        """Only this broker takes anything for the partition."""
        self.library.rd_kafka_mock_partition_set_leader(self.pointer, TOPIC.encode(), partition, broker)

    @contextmanager
    def without(self, partition: int, partitions: int) -> Iterator[None]:
        """The broker that leads this partition, and only this one, is down."""
        for each in range(partitions):
            self.lead(each, 1 + (each == partition))
        self.library.rd_kafka_mock_broker_set_down(self.pointer, 2)
        yield
        self.library.rd_kafka_mock_broker_set_up(self.pointer, 2)

    def answer_produce_with(self, *errors: int) -> None:
        """The next requests to put something, one error each, by their numbers in the protocol (-195: it hangs up)."""
        self.library.rd_kafka_mock_push_request_errors_array(
            self.pointer, _PRODUCER, len(errors), (c_int * len(errors))(*errors)
        )

    def contents(self, partitions: int) -> list[StreamRecord]:
        """All that is there, partition by partition, each in order."""
        settings = {
            "bootstrap.servers": self.brokers,
            "group.id": "reader",
            "enable.partition.eof": True,
            "log_level": 0,
        }
        consumer = Consumer(settings)
        consumer.assign([TopicPartition(TOPIC, partition, 0) for partition in range(partitions)])
        found: list[list[StreamRecord]] = [[] for _ in range(partitions)]
        ended: set[int] = set()
        while len(ended) < partitions:
            for message in consumer.consume(1_000, timeout=0.2):
                partition = message.partition()
                assert partition is not None
                if message.error():
                    ended.add(partition)
                else:
                    found[partition].append(StreamRecord(partition, message.value() or b""))
        consumer.close()
        return [record for some in found for record in some]


@contextmanager
def mock_cluster(partitions: int) -> Iterator[MockCluster]:
    library = _librdkafka()
    error = create_string_buffer(512)
    handle = library.rd_kafka_new(_PRODUCER, None, error, len(error))
    assert handle, error.value
    pointer = c_void_p(library.rd_kafka_mock_cluster_new(c_void_p(handle), 3))
    cluster = MockCluster(library, pointer, library.rd_kafka_mock_cluster_bootstraps(pointer).decode())
    cluster.create(partitions)
    yield cluster
    library.rd_kafka_mock_cluster_destroy(pointer)
    library.rd_kafka_destroy(c_void_p(handle))


@cache
def _librdkafka() -> CDLL:
    """The library that confluent_kafka brings along, whose cluster for tests its Python side does not show."""
    folder = Path(confluent_kafka.__file__).parents[1] / "confluent_kafka.libs"
    library = CDLL(str(next(folder.glob("librdkafka*.so*"))))
    library.rd_kafka_new.restype = c_void_p
    library.rd_kafka_new.argtypes = [c_int, c_void_p, c_char_p, c_int]
    library.rd_kafka_mock_cluster_new.restype = c_void_p
    library.rd_kafka_mock_cluster_new.argtypes = [c_void_p, c_int]
    library.rd_kafka_mock_cluster_bootstraps.restype = c_char_p
    return library


def in_partition(partition: int, numbers: Sequence[int]) -> list[StreamRecord]:
    return [StreamRecord(partition, b"%03d" % number) for number in numbers]
