"""What one invocation brings: the records of one shard, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pybase64 import b64decode


@dataclass(frozen=True, slots=True)
class Batch:
    """`name` is that of the records, from the first to the last, whenever and however often they come."""

    name: str
    records: Sequence[bytes]


def batch_of(kinesis_event: Mapping[str, Any]) -> Batch:
    records = kinesis_event["Records"]
    shard = records[0]["eventID"].partition(":")[0]
    first, last = (records[place]["kinesis"]["sequenceNumber"] for place in (0, -1))
    data = [b64decode(record["kinesis"]["data"], validate=True) for record in records]
    return Batch(f"{shard}-{first}-{last}", data)
