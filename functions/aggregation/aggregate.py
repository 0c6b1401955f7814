"""The use case: a batch of stream records is folded into the state of its minutes, each event exactly once."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import numpy as np

from functions.aggregation.arrivals import arrivals_by_item
from functions.aggregation.batch import Batch, Outcome
from functions.aggregation.commit import Given, ItemCommit, SideBySide, commit_all
from functions.aggregation.contents import Contents
from functions.aggregation.folding import Folding
from shared.errors import RejectedRecordError
from shared.packs.arrived import ArrivedRecord
from shared.packs.pack import MeasuredPack, decode_measured
from shared.packs.quarantine import Quarantine, QuarantinedRecord
from shared.windows.state import LIFE_OF_STATE, StateStore, has_state

STAGE = "aggregation"
ARRIVAL_GUARD = timedelta(seconds=2)
"""How far the stream's arrival stamps of one partition may be out of order."""
_PARTITION = re.compile(r"0|[1-9][0-9]{0,4}")


@dataclass(frozen=True, slots=True)
class Aggregator:
    """Raises nothing but TransientError, and then the whole batch may come again, harmlessly."""

    store: StateStore
    quarantine: Quarantine
    clock: Callable[[], datetime]
    side_by_side: SideBySide = map

    def aggregate(self, batch: Batch) -> Outcome:
        """State first, then progress: a partition is complete up to a record only when all before it are stored."""
        started = self.clock()
        packs, refused = _read(batch)
        contents = Contents.of([pack for _, pack in packs])
        expired = contents.rows_in(lambda minute: not has_state(minute, started))
        refused += [_expired(packs[place][0]) for place in np.unique(contents.pack[expired]).tolist()]
        self._for_each(self.quarantine.put, refused)
        commits = self._commit(contents, started)
        self._for_each(lambda reached: self.store.advance_progress(*reached), list(_progress(batch).items()))
        folded, late = sum(commit.folded for commit in commits), sum(commit.late for commit in commits)
        return Outcome(
            records=len(batch),
            quarantined=len(refused),
            folded=folded,
            late=late,
            duplicate=len(contents.events) - len(expired) - folded - late,
            expired=len(expired),
            items=len(commits),
            lost_puts=sum(commit.lost for commit in commits),
            duration=self.clock() - started,
        )

    def _commit(self, contents: Contents, now: datetime) -> list[ItemCommit]:
        arrivals = {key: some for key, some in arrivals_by_item(contents) if has_state(key[0], now)}
        stored = self.store.segments_of(list(arrivals))
        missing = [some.missing_in(segments) for some, segments in zip(arrivals.values(), stored, strict=True)]
        folding = Folding(contents.events, contents.tenants, [some.rows for some in missing])
        commits = [
            ItemCommit(key, missing[place], stored[place], partial(folding.table, place), self.store.open_segment)
            for place, key in enumerate(arrivals)
        ]
        commit_all(self.store, commits, self.side_by_side)
        return commits

    def _for_each(self, do: Callable[[Given], None], many: list[Given]) -> None:
        """Return when all are done; raise if one failed."""
        for _ in self.side_by_side(do, many):
            pass


def _read(batch: Batch) -> tuple[list[tuple[ArrivedRecord, MeasuredPack]], list[QuarantinedRecord]]:
    """The packs of a batch, and the records that cannot be read. Ticks are neither."""
    contents = list(zip(batch, decode_measured(record.data for record in batch), strict=True))
    packs = [(record, content) for record, content in contents if isinstance(content, MeasuredPack)]
    return packs, [_refused(record, why) for record, why in contents if isinstance(why, RejectedRecordError)]


def _expired(record: ArrivedRecord) -> QuarantinedRecord:
    return _refused(
        record, RejectedRecordError("expired", f"Some of its minutes are over {LIFE_OF_STATE.days} days old")
    )


def _refused(record: ArrivedRecord, reason: RejectedRecordError) -> QuarantinedRecord:
    return QuarantinedRecord(
        stage=STAGE,
        shard=record.shard,
        sequence=record.sequence,
        partition_key=record.partition_key,
        arrived_at=record.arrived_at,
        data=record.data,
        code=reason.code,
        message=reason.message,
    )


def _progress(batch: Batch) -> dict[int, datetime]:
    """Per partition the latest arrival of any record, readable or not, less the guard."""
    latest: dict[int, datetime] = {}
    for record in batch:
        if _PARTITION.fullmatch(record.partition_key):
            partition = int(record.partition_key)
            latest[partition] = max(record.arrived_at, latest.get(partition, record.arrived_at))
    return {partition: arrived_at - ARRIVAL_GUARD for partition, arrived_at in latest.items()}
