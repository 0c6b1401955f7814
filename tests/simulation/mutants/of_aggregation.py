"""Mistakes of the stage that folds records into state."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from functions.aggregation import aggregate
from functions.aggregation.aggregate import ARRIVAL_GUARD, Aggregator
from functions.aggregation.batch import Batch, Outcome
from functions.aggregation.contents import Contents
from shared.errors import RejectedRecordError, TransientError
from shared.packs.arrived import ArrivedRecord
from shared.packs.pack import MeasuredPack, Tick, decode_record
from shared.packs.quarantine import QuarantinedRecord
from shared.sketches.wide import Wide
from shared.windows.window import Resolution
from tests.simulation.scheduler import current_clock

_read = aggregate._read
_contents_of = Contents.of
_sums = Wide.sums
Packs = list[tuple[ArrivedRecord, MeasuredPack]]


class ProgressBeforeState(Aggregator):
    def aggregate(self, batch: Batch) -> Outcome:
        for partition, at in aggregate._progress(batch).items():
            self.store.advance_progress(partition, at)
        return super().aggregate(batch)


def state_by_shard(batch: Batch) -> tuple[Packs, list[QuarantinedRecord]]:
    packs, refused = _read(batch)
    return [(record, _of_partition(pack, int(record.shard[-12:]))) for record, pack in packs], refused


def _of_partition(pack: MeasuredPack, partition: int) -> MeasuredPack:
    return replace(pack, header=replace(pack.header, partition=partition))


def late_at_processing_time(batch: Batch) -> tuple[Packs, list[QuarantinedRecord]]:
    packs, refused = _read(batch)
    return [
        (record, replace(pack, header=replace(pack.header, ingested_at=current_clock()))) for record, pack in packs
    ], refused


def poison_raises(_record: ArrivedRecord, reason: RejectedRecordError) -> QuarantinedRecord:
    raise TransientError(f"a record cannot be read: {reason}")


def late_in_the_minute_of_arrival(packs: Sequence[MeasuredPack]) -> Contents:
    """Late events are counted where they came in, not where they belong."""
    contents = _contents_of(packs)
    items, item = list(contents.items), contents.item.copy()
    for row in np.flatnonzero(contents.late).tolist():
        header = packs[contents.pack[row]].header
        key = (Resolution.MINUTE.containing(header.ingested_at), header.partition)
        if key not in items:
            items.append(key)
        item[row] = items.index(key)
    used, item = np.unique(item, return_inverse=True)
    return replace(contents, items=[items[place] for place in used.tolist()], item=item)


def progress_by_the_producers_clock(batch: Batch) -> dict[int, datetime]:
    latest: dict[int, datetime] = {}
    for record in batch:
        try:
            content: Any = decode_record(record.data)
        except RejectedRecordError:
            continue
        partition = content.partition if isinstance(content, Tick) else content.header.partition
        at = content.sent_at if isinstance(content, Tick) else content.header.ingested_at
        latest[partition] = max(at, latest.get(partition, at))
    return {partition: at - ARRIVAL_GUARD for partition, at in latest.items()}


def float_sums(wide: Wide, starts: Any) -> Wide:
    """Sums of sums as single floats, whose last digits depend on the order."""
    exact = _sums(wide, starts)
    if len(starts) == len(wide.low):
        return exact
    return Wide(exact.high, exact.low.astype(np.float32).astype(np.uint64))


NO_GUARD = timedelta(0)


def unreadable(message: str) -> RejectedRecordError:
    """What is raised for a record of a newer release sends it to quarantine."""
    return RejectedRecordError("unknown_version", message)
