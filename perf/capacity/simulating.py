"""An hour of a hub by the second: what arrives, waits, is read and folded, in every partition, on every shard and lane.

A queue of each partition is a count that has arrived and a count that has been folded; both only grow, so what waits is
their difference and its age the time since the arrivals stood where the folded stand now. Numbers are of events.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from perf.capacity.figures import Measured, limits
from perf.capacity.plan import LANES, READERS, Load, Plan

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Seconds from the beginning. The hot tenant sends `hot_share` of the load on top, of that `hot_trace_share`
    (of the load, too) under one correlation id.
    """

    seconds: int = 3_600
    hot_from: int = 600
    hot_until: int = 3_000
    hot_share: float = 0.3
    hot_trace_share: float = 0.002
    split_at: int = 1_200
    outage_from: int = 1_800
    outage_until: int = 2_400
    seed: int = 20261123


@dataclass(frozen=True, slots=True)
class Played:
    """By the second: what was sent so far, what waits at the door to be sent again, what was accepted and folded so far,
    how long the oldest has waited (s).
    """

    sent: Numbers
    pushed_back: Numbers
    accepted: Numbers
    folded: Numbers
    lag: Numbers
    outage_until: int

    @property
    def waiting(self) -> float:
        return float(self.accepted[-1] - self.folded[-1])

    @property
    def worst_lag(self) -> float:
        return float(self.lag.max())

    @property
    def recovered_after(self) -> float:
        """Seconds from the outage's end until nothing older than 5 s waits; infinite if that never comes."""
        fresh = np.flatnonzero(self.lag[self.outage_until :] <= 5)
        return float(fresh[0]) if fresh.size else float("inf")


@dataclass(slots=True)
class Stream:
    """What waits of each partition before the door and behind it, and on which shard and lane it is."""

    plan: Plan
    door: Numbers
    waiting: Numbers
    shards: Places
    lanes: Places
    behind_parent: Numbers
    """What the shard that was split still holds of each partition that was on it: its children are read after all of it."""
    of_parent: NDArray[np.bool_]

    @classmethod
    def empty(cls, plan: Plan) -> Self:
        none = np.zeros(plan.load.partitions)
        shards, lanes = _places(plan.load.partitions, plan.shards)
        return cls(plan, none, none, shards, lanes, none, none > 0)

    def split(self) -> None:
        """The first shard, in its middle."""
        self.of_parent = self.shards == 0
        self.behind_parent = self.waiting * self.of_parent
        self.shards, self.lanes = _split(self.shards, self.lanes)

    def take(self, sent: Numbers) -> Numbers:
        offered = self.door + sent
        taken = offered * _admitted(offered, self.shards, self.plan)
        self.door = offered - taken
        self.waiting = self.waiting + taken
        return taken

    def fold(self, arriving: Numbers) -> Numbers:
        folded = self._readable() * _served(self._readable(), arriving, self.shards, self.lanes, self.plan)
        self.waiting = self.waiting - folded
        self.behind_parent = np.maximum(self.behind_parent - folded, 0)
        return folded

    def _readable(self) -> Numbers:
        if self.behind_parent.sum() < 1:
            return self.waiting
        return np.where(self.of_parent, np.minimum(self.behind_parent, self.waiting), self.waiting)


def play(load: Load, measured: Measured, scenario: Scenario) -> Played:
    sent = _sent(load, scenario)
    taken, folded, pushed_back = np.zeros_like(sent), np.zeros_like(sent), np.zeros(len(sent))
    stream = Stream.empty(Plan(load, measured))
    for second in range(scenario.seconds):
        if second == scenario.split_at:
            stream.split()
        taken[second] = stream.take(sent[second])
        pushed_back[second] = stream.door.sum()
        if not scenario.outage_from <= second < scenario.outage_until:
            folded[second] = stream.fold(taken[second])
    accepted, done = taken.cumsum(axis=0), folded.cumsum(axis=0)
    all_sent, all_accepted, all_folded = (counts.sum(axis=1) for counts in (sent.cumsum(axis=0), accepted, done))
    return Played(all_sent, pushed_back, all_accepted, all_folded, _lag(accepted, done), scenario.outage_until)


def _sent(load: Load, scenario: Scenario) -> Numbers:
    """Events hash evenly by their own ids, whoever sends them; only what shares a correlation id stays together."""
    random = np.random.default_rng(scenario.seed)
    seconds = np.arange(scenario.seconds)
    hot = (scenario.hot_from <= seconds) & (seconds < scenario.hot_until)
    even = load.events_per_second * (1 + hot * (scenario.hot_share - scenario.hot_trace_share)) / load.partitions
    sent = random.poisson(even[:, None], (scenario.seconds, load.partitions)).astype(np.float64)
    sent[:, random.integers(load.partitions)] += hot * round(load.events_per_second * scenario.hot_trace_share)
    return sent


def _places(partitions: int, shards: int) -> tuple[Places, Places]:
    """Ranges of partitions to shards. Lambda hashes a partition key to a lane: here by chance, with a seed."""
    random = np.random.default_rng(partitions)
    of_partition = np.arange(partitions) * shards // partitions
    return of_partition, of_partition * LANES + random.integers(LANES, size=partitions)


def _split(shards: Places, lanes: Places) -> tuple[Places, Places]:
    """The upper half of the first shard's partitions goes to a shard and lanes of its own."""
    members = np.flatnonzero(shards == 0)
    moved = members[len(members) // 2 :] if len(members) > 1 else members
    new = shards.copy(), lanes.copy()
    new[0][moved] = shards.max() + 1
    new[1][moved] = (shards.max() + 1) * LANES + lanes[moved] % LANES
    return new


def _admitted(offered: Numbers, shards: Places, plan: Plan) -> Numbers:
    """The share of each partition's events that its shard takes in this second; the rest is answered 503 and comes again."""
    bound = limits()
    each = min(bound["shard_records"] * plan.load.events_in_record, bound["shard_bytes_in"] / plan.bytes_of_event)
    return _shares(offered, shards, np.full(shards.max() + 1, each))


def _served(readable: Numbers, arriving: Numbers, shards: Places, lanes: Places, plan: Plan) -> Numbers:
    """What the shard gives out and the lane's CPU let through. The other readers are up to date, so each takes of the
    shard what arrives; no reader gets less than an equal part.
    """
    out = limits()["shard_bytes_out"] / plan.bytes_of_event
    arrived = np.bincount(shards, arriving)
    left = np.maximum(out - (READERS - 1) * arrived, out / READERS)
    by_shard = _shares(readable, shards, left)
    return by_shard * _shares(readable * by_shard, lanes, np.full(lanes.max() + 1, plan.lane_events_per_second))


def _shares(wanted: Numbers, groups: Places, bears: Numbers) -> Numbers:
    """Of what each member wants, how much its group lets it have."""
    share: Numbers = np.minimum(1, bears / np.maximum(np.bincount(groups, wanted), 1e-9))
    return share[groups]


def _lag(accepted: Numbers, folded: Numbers) -> Numbers:
    """The greatest over the partitions: for how many seconds there has been more than what is folded now."""
    seconds = np.arange(len(accepted))
    passed = [np.searchsorted(accepted[:, each], folded[:, each] + 0.5) for each in range(accepted.shape[1])]
    lag: Numbers = np.maximum(seconds + 1 - np.min(passed, axis=0), 0).astype(np.float64)
    return lag
