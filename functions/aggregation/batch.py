"""What one invocation brings: records as they arrived, and what became of their events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pybase64 import b64decode


@dataclass(frozen=True, slots=True)
class ArrivedRecord:
    """One record of the event stream; `arrived_at` is the stream's own stamp, the only clock that progress trusts."""

    partition_key: str
    shard: str
    sequence: str
    arrived_at: datetime
    data: bytes


Batch = Sequence[ArrivedRecord]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counts of one batch; every event of a readable pack is exactly one of folded, late, duplicate and expired."""

    records: int
    quarantined: int
    folded: int
    late: int
    duplicate: int
    expired: int
    items: int
    lost_puts: int
    duration: timedelta


def arrived_records(kinesis_event: Mapping[str, Any]) -> list[ArrivedRecord]:
    return [_arrived(record["eventID"], record["kinesis"]) for record in kinesis_event["Records"]]


def _arrived(event_id: str, kinesis: Mapping[str, Any]) -> ArrivedRecord:
    return ArrivedRecord(
        partition_key=kinesis["partitionKey"],
        shard=event_id.partition(":")[0],
        sequence=kinesis["sequenceNumber"],
        arrived_at=datetime.fromtimestamp(kinesis["approximateArrivalTimestamp"], UTC),
        data=b64decode(kinesis["data"], validate=True),
    )
