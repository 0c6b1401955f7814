"""What one seed plays: how the hub is deployed, how much is sent, and which faults there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from shared.windows.groups import Grouping
from tests.simulation.faults import Faults
from tests.simulation.rollout import FUNCTIONS

CLOSING_DELAY = timedelta(seconds=30)
NO_LIMIT = 1000
ROLLOUTS = 0.3
SETTLES_WITHIN = 300.0
"""Seconds after the last fault: the longest freeze, then a zombie's own work, a batching window and two ticks."""


@dataclass(frozen=True, slots=True)
class Scenario:
    seed: int
    epoch: datetime
    partitions: int
    shards: int
    lanes: int
    groupings: tuple[Grouping, ...]
    series_limit: int
    most_custom_measures: int
    small_segments: bool
    allowed_lateness: timedelta
    traffic_seconds: float
    clients: int
    events_per_client: int
    reshards: int
    batch_size: int
    batching_seconds: float
    gives_up_after: float
    rollup_capacity: int
    hot_seconds: float
    host_skew: tuple[float, ...]
    faults: Faults
    resends_unaccepted: bool
    rollout: Mapping[str, float]
    """When each function is replaced by one of the next release, in seconds; none in most seeds."""

    @classmethod
    def drawn(cls, seed: int) -> "Scenario":
        rng = Random(seed)
        return cls(
            seed=seed,
            epoch=datetime(2026, 11, 22, 10, tzinfo=UTC) + timedelta(seconds=rng.randrange(50 * 60, 60 * 60)),
            partitions=rng.choice((2, 2, 3)),
            shards=rng.choice((1, 2)),
            lanes=rng.choice((1, 2, 3)),
            groupings=rng.choice((((), ("model",)), ((), ("team", "model")))),
            series_limit=rng.choice((NO_LIMIT, NO_LIMIT, NO_LIMIT, 1, 2)),
            most_custom_measures=rng.choice((100, 2)),
            small_segments=rng.random() < 0.3,
            allowed_lateness=timedelta(seconds=rng.choice((240, 420))),
            traffic_seconds=rng.uniform(150, 330),
            clients=rng.choice((1, 2, 3)),
            events_per_client=rng.randint(8, 20),
            reshards=rng.choice((0, 0, 1, 2)),
            batch_size=rng.choice((2, 5, 20)),
            batching_seconds=rng.choice((0.5, 8.0, 60.0)),
            hot_seconds=rng.uniform(-100, 100),
            gives_up_after=rng.choice((float("inf"), float("inf"), 40.0)),
            rollup_capacity=rng.choice((100, 100, 4)),
            host_skew=rng.choice(((0.0,), (0.0, 1.5), (-3.0, 3.0), (0.0, 3600.0))),
            faults=Faults.drawn(rng),
            resends_unaccepted=rng.random() < 0.5,
            rollout={name: rng.uniform(0, 240) for name in FUNCTIONS} if rng.random() < ROLLOUTS else {},
        )

    @property
    def ends_at(self) -> float:
        return self.traffic_seconds + SETTLES_WITHIN
