"""The use case: all that arrived is kept, in objects by tenant and hour of arrival, from which it can be replayed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from functions.archive.batch import Batch
from shared.errors import RejectedRecordError
from shared.packs.archive import Archive, archived_objects
from shared.packs.pack import Pack, decode_record


@dataclass(frozen=True, slots=True)
class Outcome:
    records: int
    packs: int
    events: int
    objects: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Keeper:
    archive: Archive

    def keep(self, batch: Batch) -> Outcome:
        """Raises nothing but TransientError, and then the batch may come again: the same objects are written again."""
        packs = list(_packs(batch.records))
        objects = archived_objects(packs, batch.name)
        self.archive.put(objects)
        return Outcome(
            records=len(batch.records),
            packs=len(packs),
            events=sum(len(pack.events) for pack in packs),
            objects=len(objects),
            size_bytes=sum(len(each.data) for each in objects),
        )


def _packs(records: Iterable[bytes]) -> Iterator[Pack]:
    """Those that are not in the archive yet. What cannot be read is kept by aggregation, in quarantine."""
    for data in records:
        try:
            content = decode_record(data)
        except RejectedRecordError:
            continue
        if isinstance(content, Pack) and not content.header.archived:
            yield content
