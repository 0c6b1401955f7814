"""Where a record goes that no retry can make readable: kept whole, with the reason, so that it can be looked at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.packs.pack import tenant_of


@dataclass(frozen=True, slots=True)
class QuarantinedRecord:
    """Identified by (stage, shard, sequence): a second delivery of the same record is the same object."""

    stage: str
    shard: str
    sequence: str
    partition_key: str
    arrived_at: datetime
    data: bytes
    code: str
    message: str


class Quarantine(Protocol):
    def put(self, record: QuarantinedRecord) -> None:
        """Return only when the record is kept; raise TransientError if it could not be."""
        ...


class QuarantineNotes(Protocol):
    def note(self, tenant: str, record: QuarantinedRecord) -> None:
        """Once for each (shard, sequence), however often it is called; raise TransientError if it could not be."""
        ...


@dataclass(frozen=True, slots=True)
class NotedQuarantine:
    """A `Quarantine` that lets the tenant know whose record it keeps, where the record still says whose it is."""

    quarantine: Quarantine
    notes: QuarantineNotes

    def put(self, record: QuarantinedRecord) -> None:
        """What is kept and not noted is put again, and both are as if it had been once."""
        self.quarantine.put(record)
        tenant = tenant_of(record.data)
        if tenant is not None:
            self.notes.note(tenant, record)
