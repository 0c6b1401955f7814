"""Refused items and quarantined records, in memory."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from shared.events.refusals import QUARANTINED, Refused
from shared.packs.quarantine import QuarantinedRecord


class InMemoryRefusalCounts:
    """`RefusalCounts` and `QuarantineNotes`."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, datetime, str], Counter[str]] = {}

    def add(self, tenant: str, refused: Refused) -> None:
        self.counts.setdefault((tenant, refused.minute, ""), Counter()).update(refused.counts)

    def note(self, tenant: str, record: QuarantinedRecord) -> None:
        minute = record.arrived_at.replace(second=0, microsecond=0)
        self.counts[tenant, minute, f"{record.shard}#{record.sequence}"] = Counter({QUARANTINED: 1})

    def between(self, tenant: str, start: datetime, end: datetime) -> Iterator[Refused]:
        for (of, minute, _), counts in sorted(self.counts.items(), key=lambda item: item[0]):
            if of == tenant and start <= minute < end:
                yield Refused(minute, dict(counts))
