"""Records of the event stream as an event source mapping hands them over, from Kinesis or from a topic of Kafka."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from pybase64 import b64decode

from shared.errors import TransientError

KAFKA = "aws:kafka"
STAMPED_BY_BROKER = "LOG_APPEND_TIME"
_OFFSET_DIGITS = 20


@dataclass(frozen=True, slots=True)
class ArrivedRecord:
    """One record of the event stream; `arrived_at` is the stream's own stamp, the only clock that progress trusts.

    Of Kafka, `shard` is topic and partition, `sequence` the offset, and `partition_key` the partition, which no producer can
    say otherwise of.
    """

    partition_key: str
    shard: str
    sequence: str
    arrived_at: datetime
    data: bytes


def arrived_records(event: Mapping[str, Any]) -> list[ArrivedRecord]:
    """In the order in which they came; those of a partition of Kafka together."""
    if event.get("eventSource") == KAFKA:
        return [_of_kafka(shard, record) for shard, some in event["records"].items() for record in some]
    return [_of_kinesis(record["eventID"], record["kinesis"]) for record in event["Records"]]


def batch_name(records: Sequence[ArrivedRecord]) -> str:
    """That of these records and of no others, whenever and however often they come.

    Kinesis hands over records of one shard, and a mapping of Kafka of as many partitions as it likes.

    >>> made = [ArrivedRecord("0", "events-0", f"{number}", datetime.min, b"") for number in (4, 5, 6)]
    >>> batch_name(made)
    'events-0-4-6'
    """
    ends: dict[str, tuple[str, str]] = {}
    for record in records:
        first, _ = ends.get(record.shard, (record.sequence, ""))
        ends[record.shard] = (first, record.sequence)
    names = sorted("-".join((shard, *both)) for shard, both in ends.items())
    return names[0] if len(names) == 1 else blake2b("\n".join(names).encode(), digest_size=16).hexdigest()


def _of_kinesis(event_id: str, kinesis: Mapping[str, Any]) -> ArrivedRecord:
    return ArrivedRecord(
        partition_key=kinesis["partitionKey"],
        shard=event_id.partition(":")[0],
        sequence=kinesis["sequenceNumber"],
        arrived_at=datetime.fromtimestamp(kinesis["approximateArrivalTimestamp"], UTC),
        data=b64decode(kinesis["data"], validate=True),
    )


def _of_kafka(shard: str, record: Mapping[str, Any]) -> ArrivedRecord:
    """A topic that lets producers set the stamp would let one wrong clock close every window: nothing of it is taken."""
    if record["timestampType"] != STAMPED_BY_BROKER:
        raise TransientError(f"{shard}: message.timestamp.type of the topic must be LogAppendTime")
    return ArrivedRecord(
        partition_key=str(record["partition"]),
        shard=shard,
        sequence=f"{record['offset']:0{_OFFSET_DIGITS}d}",
        arrived_at=datetime.fromtimestamp(record["timestamp"] / 1_000, UTC),
        data=b64decode(record.get("value") or "", validate=True),
    )
