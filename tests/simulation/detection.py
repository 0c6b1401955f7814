"""The anomaly stage in the simulation: its use case as it is, over stores in memory that are reached over the boundary.

It has a world of its own, with its own chances, so that what the other stages go through stays as each seed has it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import numpy as np

from functions.anomaly.fold import Detection, FoldWindows
from functions.anomaly.remembering import Remembered
from shared.anomalies.anomaly import Anomaly, Severity
from shared.anomalies.detector import Judgement
from shared.anomalies.folds import Place
from shared.anomalies.learned import Scorer
from shared.anomalies.notices import Herald
from shared.anomalies.parameters import SHIPPED, Parameters
from shared.anomalies.state import DetectorState
from shared.anomalies.stores import Notice, StoredAnomaly
from shared.windows.closed import Cursor, Head, PartRef
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution, Window
from tests.builders.anomalies import doubling_judge
from tests.fakes.anomaly_store import InMemoryAnomalyStore
from tests.fakes.fold_store import InMemoryFoldStore
from tests.fakes.notice_bus import InMemoryNoticeBus
from tests.fakes.policy_store import InMemoryPolicyStore
from tests.simulation.faults import World
from tests.simulation.lanes import Lane
from tests.simulation.scenario import Scenario
from tests.simulation.scheduler import Scheduler
from tests.simulation.stores import SimulatedClosedWindowStore
from tests.simulation.watch import demand

DETECTION, ANOMALIES, BUS, CLOSED = "detection", "anomalies", "bus", "closed again"
WORKING_SECONDS = 40


class ClosedAsRead:
    """What the stage reads of closed windows: strong reads of the very store that rollup writes."""

    def __init__(self, world: World, closed: SimulatedClosedWindowStore) -> None:
        self._world = world
        self._closed = closed

    def cursor(self) -> Cursor | None:
        return self._world.read(CLOSED, "cursor", lambda: self._closed.stored_cursor)

    def head(self, window: Window) -> Head | None:
        return self._world.read(CLOSED, "head", lambda: self._closed.heads.get(window))

    def part(self, ref: PartRef) -> SummaryTable:
        return self._world.read(CLOSED, "part", lambda: self._closed.stored_parts[ref.id][ref.bucket])

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the anomaly stage has no business with {name} of closed windows")


class SimulatedFoldStore(InMemoryFoldStore):
    """`committed` are all anomalies that a commit has named, and what it knew of them."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.committed: dict[str, Anomaly] = {}
        self.on_commit: Callable[[Place | None, Place], None] = lambda _before, _after: None

    def place(self) -> Place | None:
        return self.world.read(DETECTION, "place", super().place)

    def advance(self, before: Place | None, after: Place) -> bool:
        return self.world.write(DETECTION, "advance", lambda: self._advance(before, after), otherwise=False)

    def _advance(self, before: Place | None, after: Place) -> bool:
        stood, won = self.stored, super().advance(before, after)
        if won:
            self.committing(stood, after)
        return won

    def committing(self, stood: Place | None, after: Place) -> None:
        self.on_commit(stood, after)
        if after.memory:
            episodes = Remembered.decode(self.objects[after.memory]).memory.episodes.values()
            self.committed |= {episode.anomaly.id: episode.anomaly for episode in episodes}

    def put_object(self, content: bytes) -> str:
        put = super().put_object
        return self.world.write(DETECTION, "put_object", lambda: put(content))

    def object(self, object_id: str) -> bytes:
        read = super().object
        return self.world.read(DETECTION, "object", lambda: read(object_id))

    def forget(self, object_ids: Iterable[str]) -> None:
        forget = super().forget
        self.world.write(DETECTION, "forget", lambda: forget(list(object_ids)))

    def announced(self) -> Sequence[Anomaly]:
        return self.world.read(DETECTION, "announced", super().announced)


class SimulatedAnomalyStore(InMemoryAnomalyStore):
    def __init__(self, world: World, folds: SimulatedFoldStore) -> None:
        super().__init__()
        self.world = world
        self.folds = folds

    def get(self, tenant: str, anomaly_id: str) -> StoredAnomaly | None:
        return self.world.read(ANOMALIES, "get", lambda: self.stored.get((tenant, anomaly_id)))

    def swap(self, before: StoredAnomaly | None, after: StoredAnomaly) -> bool:
        return self.world.write(ANOMALIES, "swap", lambda: self._swap(before, after), otherwise=False)

    def _swap(self, before: StoredAnomaly | None, after: StoredAnomaly) -> bool:
        demand(after.anomaly.id in self.folds.committed, f"{after.anomaly.id} was written before a commit names it")
        return super().swap(before, after)


class SimulatedNoticeBus(InMemoryNoticeBus):
    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def put(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        put = super().put
        self.world.write(BUS, "put", lambda: put(detail_type, detail))


def strict_judge(  # noqa: PLR0917 (as the detector has it)
    state: DetectorState,
    window_start: Any,
    resolution: int,
    values: Any,
    transforms: Any,
    parameters: Parameters = SHIPPED,
    threshold: Any = None,
) -> tuple[DetectorState, Judgement]:
    """Each series is shown each window once, in order: the state says which one it saw last."""
    last = state.columns["minute"]
    missed = (last > 0) & (window_start != last + resolution)
    demand(not missed.any(), "a window was folded twice, passed over, or out of order")
    after, judgement = doubling_judge(state, window_start, resolution, values, transforms, parameters, threshold)
    return DetectorState({**after.columns, "minute": np.asarray(window_start, np.int64)}), judgement


@dataclass(frozen=True, slots=True)
class Bells:
    """The stream of closed windows, as the stage's filter lets it through."""

    lanes: tuple[Lane, ...]

    def ring(self, key: str) -> None:
        self.lanes[sum(key.encode()) % len(self.lanes)].append(key)


class SimulatedDetection:
    def __init__(
        self,
        scenario: Scenario,
        scheduler: Scheduler,
        closed: SimulatedClosedWindowStore,
        folds: type[SimulatedFoldStore],
        stage: type[FoldWindows],
    ) -> None:
        self.world = World(scheduler, Random(scenario.seed + 2), scenario.faults, scenario.traffic_seconds)
        self.world.plan_outages((DETECTION, ANOMALIES, BUS, CLOSED))
        self.closed = closed
        self.folds = folds(self.world)
        self.anomalies = SimulatedAnomalyStore(self.world, self.folds)
        self.bus = SimulatedNoticeBus(self.world)
        self.bells = Bells((Lane("closed/0"), Lane("closed/1")))
        self.folds.on_commit = self._committed
        closed.rings = self.bells.ring
        self._stage = stage

    def run(self, keys: Sequence[str]) -> None:
        windows = frozenset(Window.from_key(key.partition("#")[2]) for key in keys if key != "cursor")
        clock = self.world.scheduler.clock
        detection = Detection(
            closed=ClosedAsRead(self.world, self.closed),
            folds=self.folds,
            anomalies=self.anomalies,
            policies=InMemoryPolicyStore(clock),
            herald=Herald(self.anomalies, self.bus, "https://hub/"),
            scorer=Scorer(strict_judge),
            resolution=Resolution.MINUTE,
            told_from=Severity.LOW,
            clock=clock,
        )
        self._stage(detection).run(windows, clock() + timedelta(seconds=WORKING_SECONDS))

    def _committed(self, before: Place | None, after: Place) -> None:
        cursor = self.closed.stored_cursor
        assert cursor is not None
        if before is None:
            demand(after.next == cursor.first, f"folding begins at {after.next}, not at {cursor.first}")
            return
        demand(after.next >= before.next, f"folding went back from {before.next} to {after.next}")
        demand(after.revision >= before.revision, "the revision went back")
        demand(after.next <= cursor.next, f"{after.next} was folded before it was closed")

    def judge(self) -> None:
        """When all is quiet: all is folded, each anomaly is known, and each beginning and end was told, in that order."""
        place, cursor = self.folds.stored, self.closed.stored_cursor
        assert cursor is not None
        if place is None:
            demand(not self.bells.lanes[0].records and not self.bells.lanes[1].records, "nothing was ever folded")
            return
        demand(place.next == cursor.next, f"folding stands at {place.next}, the cursor at {cursor.next}")
        demand(not place.is_pending, "what a commit has found was not written")
        self._all_known(place)
        self._all_told()

    def _all_known(self, place: Place) -> None:
        known = {anomaly.id for anomaly in self.anomalies.anomalies}
        demand(self.folds.committed.keys() == known, "the anomalies are not those of the commits")
        open_ones = Remembered.decode(self.folds.objects[place.memory]).memory.episodes if place.memory else {}
        for episode in open_ones.values():
            head = self.closed.heads[episode.anomaly.window]
            judged = episode.anomaly.is_over or episode.version == head.version
            demand(judged, f"{episode.anomaly.id} was not judged again when its window was revised")
            stored = self.anomalies.stored[episode.anomaly.tenant, episode.anomaly.id].anomaly
            demand(stored.status == episode.anomaly.status, f"{episode.anomaly.id} is stored as {stored.status}")

    def _all_told(self) -> None:
        ids = self.bus.notice_ids
        for stored in self.anomalies.stored.values():
            anomaly = stored.anomaly
            demand(not stored.owed, f"{anomaly.id} was not told")
            told = [notice for notice in Notice if f"{anomaly.id}/{notice}" in ids]
            ended = Notice.RESOLVED in stored.notices
            due = [Notice.DETECTED, *([Notice.RESOLVED] if ended else [])] if anomaly.alerted else []
            demand(told == due, f"of {anomaly.id} was told {told}, not {due}")
            demand(
                anomaly.reopened or ended == (anomaly.is_over and anomaly.alerted), f"{anomaly.id}: its end is untold"
            )
            if ended:
                first = ids.index(f"{anomaly.id}/{Notice.RESOLVED}")
                demand(f"{anomaly.id}/{Notice.DETECTED}" in ids[:first], f"the end of {anomaly.id} was told first")
