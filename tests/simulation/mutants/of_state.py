"""Mistakes in the table of open windows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from greenlet import getcurrent
from numpy.typing import NDArray

from functions.aggregation.aggregate import Aggregator
from functions.aggregation.arrivals import Arrivals
from functions.aggregation.batch import Batch, Outcome
from shared.windows.ids import EventIds, IdColumn
from shared.windows.state import ItemKey, Segment
from shared.windows.table import SummaryTable
from shared.windows.window import Window
from tests.simulation.stores import STATE, SimulatedStateStore

_missing_in = Arrivals.missing_in


class PutWithoutCondition(SimulatedStateStore):
    def _put(self, segment: Segment) -> bool:
        stored = self.stored.get((segment.minute, segment.partition, segment.number))
        return super()._put(replace(segment, version=stored.version if stored else 0))


class ProgressGoesBack(SimulatedStateStore):
    def store_progress(self, partition: int, at: datetime) -> None:
        self.advanced.pop(partition, None)
        super().store_progress(partition, at)


class ProgressWithoutStream(SimulatedStateStore):
    def _advance(self, partition: int, at: datetime) -> None:
        self.store_progress(partition, at)
        self.on_progress(partition, self.advanced[partition])


class StaleReads(SimulatedStateStore):
    """An eventually consistent Query: what was stored in the last seconds may not be seen."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._history: dict[tuple[Window, int, int], list[tuple[float, Segment]]] = defaultdict(list)

    def _put(self, segment: Segment) -> bool:
        won = super()._put(segment)
        if won:
            key = (segment.minute, segment.partition, segment.number)
            self._history[key].append((self.world.scheduler.now, self.stored[key]))
        return won

    def minute(self, minute: Window) -> list[Segment]:
        self.world.pause(STATE, "minute")
        seen_until = self.world.scheduler.now - self.world.rng.uniform(0, 3)
        found = []
        for key in sorted(self._history):
            seen = [segment for at, segment in self._history[key] if at <= seen_until]
            found += seen[-1:] if key[0] == minute else []
        return found


class _Forgetful(EventIds):
    """Ids that are kept and never asked."""

    __slots__ = ()

    def has(self, ids: IdColumn) -> NDArray[np.bool_]:
        return np.zeros(len(ids), dtype=np.bool_)


class NoIds(SimulatedStateStore):
    def segments_of(self, keys: Sequence[ItemKey]) -> list[list[Segment]]:
        return [
            [replace(segment, ids=_Forgetful(segment.ids.column)) for segment in segments]
            for segments in super().segments_of(keys)
        ]


class NaiveAdd(SimulatedStateStore):
    """Whatever comes is added to what is there, as an ADD of counters would."""

    def segments_of(self, keys: Sequence[ItemKey]) -> list[list[Segment]]:
        self.world.pause(STATE, "segments_of")
        return [[] for _ in keys]

    def _put(self, segment: Segment) -> bool:
        stored = self.stored.get((segment.minute, segment.partition, segment.number))
        if stored:
            segment = replace(
                segment,
                version=stored.version,
                ids=stored.ids.union(segment.ids),
                late_ids=stored.late_ids.union(segment.late_ids),
                encoded_table=SummaryTable.merge([stored.table, segment.table]).encode(),
            )
        return super()._put(segment)


class SequenceCheckpoints(NoIds):
    """A record is new if its sequence number is greater than the last one of its shard and lane; ids are not asked."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.reached: dict[tuple[str, str], str] = {}


class ByCheckpoint(Aggregator):
    def aggregate(self, batch: Batch) -> Outcome:
        assert isinstance(self.store, SequenceCheckpoints)
        reached = self.store.reached
        fresh = [record for record in batch if record.sequence > reached.get((record.shard, record.partition_key), "")]
        outcome = super().aggregate(fresh)
        for record in fresh:
            reached[record.shard, record.partition_key] = record.sequence
        return outcome


class RungByTheWriter(SimulatedStateStore):
    """No stream of the table: who has changed something tells rollup afterwards, if he lives so long."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._ring, self.changed = self.changed, self._note
        self._noted: dict[Any, list[str]] = defaultdict(list)

    def _note(self, key: str) -> None:
        self._noted[getcurrent()].append(key)

    def ring(self) -> None:
        for key in self._noted.pop(getcurrent(), []):
            self._ring(key)


class TellsRollup(Aggregator):
    def aggregate(self, batch: Batch) -> Outcome:
        outcome = super().aggregate(batch)
        assert isinstance(self.store, RungByTheWriter)
        self.store.ring()
        return outcome


def newest_segment_only(arrivals: Arrivals, segments: Sequence[Segment]) -> Arrivals:
    return _missing_in(arrivals, segments[-1:])
