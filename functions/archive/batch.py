"""What one invocation brings: the records of one shard, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Batch:
    """`name` is that of the records, from the first to the last, whenever and however often they come."""

    name: str
    records: Sequence[bytes]


def batch_of(kinesis_event: Mapping[str, Any]) -> Batch:
    records = kinesis_event["Records"]
    shard = records[0]["eventID"].partition(":")[0]
    first, last = (records[place]["kinesis"]["sequenceNumber"] for place in (0, -1))
    data = [msgspec.convert(record["kinesis"]["data"], bytes) for record in records]  # base64
    return Batch(f"{shard}-{first}-{last}", data)
