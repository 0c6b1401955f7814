"""What one invocation brings: records in the order of each partition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.packs.arrived import arrived_records, batch_name


@dataclass(frozen=True, slots=True)
class Batch:
    """`name` is that of the records, whenever and however often they come."""

    name: str
    records: Sequence[bytes]


def batch_of(event: Mapping[str, Any]) -> Batch:
    records = arrived_records(event)
    return Batch(batch_name(records), [record.data for record in records])
