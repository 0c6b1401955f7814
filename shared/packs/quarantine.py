"""Where a record goes that no retry can make readable: kept whole, with the reason, so that it can be looked at."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class QuarantinedRecord:
    """Identified by (stage, shard, sequence): a second delivery of the same record is the same object."""

    stage: str
    shard: str
    sequence: str
    partition_key: str
    data: bytes
    code: str
    message: str


class Quarantine(Protocol):
    def put(self, record: QuarantinedRecord) -> None:
        """Return only when the record is kept; raise TransientError if it could not be."""
        ...
