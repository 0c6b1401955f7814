"""The hubs that are priced: how much traffic, and how a hub of that size is deployed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from infra.deployment import Deployment, deployment_named

SEGMENTS_ABOVE: Final = 100
"""Where items become dearer."""
LARGE_ABOVE: Final = 3_000
MANY_PARTITIONS_ABOVE: Final = 20_000
"""A third of what 16 partitions bear (docs/capacity.md)."""
SHARDS: Final[Mapping[int, int]] = {1_000: 1, 10_000: 4, 100_000: 64}
"""As `perf.capacity` advises; the smallest hub has a stream on demand, as shipped."""
PROD: Final = deployment_named("prod")


@dataclass(frozen=True, slots=True)
class Shape:
    """Traffic of one tenant, evenly over time; `sent_at_once` is what a client sends, if it is not what most do."""

    events_per_second: int
    sent_at_once: int | None = None

    @property
    def events_per_post(self) -> int:
        """Small senders flush by time, large ones by size (OpenTelemetry's SDKs: 512)."""
        return self.sent_at_once or min(500, max(10, 5 * self.events_per_second))

    @property
    def deployment(self) -> Deployment:
        """As shipped for production, of the size that docs/decisions.md advises."""
        sized = replace(PROD, shards=SHARDS.get(self.events_per_second))
        if self.events_per_second <= SEGMENTS_ABOVE:
            return sized
        partitions = 64 if self.events_per_second > MANY_PARTITIONS_ABOVE else PROD.partitions
        window = 10 if self.events_per_second > LARGE_ABOVE else PROD.aggregation_window_seconds
        capacity = "provisioned" if self.events_per_second > LARGE_ABOVE else PROD.table_capacity
        return replace(
            sized,
            partitions=partitions,
            state_layout="segments",
            aggregation_window_seconds=window,
            table_capacity=capacity,
        )

    @property
    def posts_per_second(self) -> float:
        return self.events_per_second / self.events_per_post

    @property
    def commits_per_minute(self) -> int:
        """Of one partition's minute: one for each batch that brings it something."""
        packs = 60 * self.posts_per_second * min(1.0, self.events_per_post / self.deployment.partitions)
        return max(1, round(min(60 / self.deployment.aggregation_window_seconds, packs)))


SHAPES: Final = tuple(map(Shape, (10, 1_000, 10_000, 100_000)))
SENDERS: Final = tuple(Shape(10_000, sent_at_once) for sent_at_once in (100, 500, 1_000, 2_000, 8_192))
"""The last is the batch of OpenTelemetry's collector (docs/send/opentelemetry-collector.md)."""
