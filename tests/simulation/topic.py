"""Kafka in memory, behind the very client that the hub's adapter calls: a topic, and the group that reads it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from confluent_kafka import KafkaError

from shared.errors import TransientError
from shared.packs.arrived import ArrivedRecord
from tests.simulation.faults import World
from tests.simulation.lanes import Lane
from tests.simulation.stream import HASH_SPACE, JITTER, SERVICE, Shard

TOPIC = "events"
Tell = Callable[[KafkaError | None, Any], None]


class SimulatedTopic:
    """Partitions never change, and a partition is one lane. In the place of `SimulatedKinesis` in a hub."""

    def __init__(self, world: World, partitions: int, jitter: timedelta = JITTER) -> None:
        self._world = world
        self._partitions = partitions
        self._jitter = jitter.total_seconds()
        self.lane_of: Callable[[ArrivedRecord], int] = lambda _record: 0
        self.on_shard: Callable[[Shard], None] = lambda _shard: None
        self.on_record: Callable[[ArrivedRecord], None] = lambda _record: None
        self.shards: list[Shard] = []

    def open(self) -> None:
        for partition in range(self._partitions):
            name = f"{TOPIC}-{partition}"
            self.shards.append(Shard(name, partition, partition + 1, [Lane(name)], sequences=count()))

    def connect(self, _settings: dict[str, Any]) -> "SimulatedProducer":
        return SimulatedProducer(self, self._world)

    def append(self, _key: str, hash_key: int, data: bytes) -> ArrivedRecord:
        """As for a stream of Kinesis; whatever the key says, the partition is that of the log."""
        return self.put(hash_key * self._partitions // HASH_SPACE, data)

    def put(self, partition: int, data: bytes) -> ArrivedRecord:
        shard = self.shards[partition]
        sequence = f"{next(shard.sequences):020d}"
        seconds = self._world.scheduler.now + self._world.rng.uniform(-self._jitter, self._jitter)
        stamp = self._world.scheduler.at(round(seconds, 3))
        record = ArrivedRecord(str(partition), shard.name, sequence, stamp, data)
        self.on_record(record)
        shard.lanes[0].append(record)
        return record

    def split(self) -> None:
        """A topic is not resharded."""

    def merge(self) -> None:
        """A topic is not resharded."""


@dataclass(slots=True)
class SimulatedProducer:
    """Sends in order; of a record that it gives up the broker may have taken it all the same."""

    topic: SimulatedTopic
    world: World
    waiting: list[tuple[int, bytes, Tell]] = field(default_factory=list)

    def produce(self, topic: str, value: bytes, key: str, partition: int, on_delivery: Tell) -> None:
        assert (topic, key) == (TOPIC, str(partition))
        self.waiting.append((partition, value, on_delivery))

    def flush(self, timeout: float) -> int:
        assert timeout > 0
        while self.waiting:
            if self.world.happens(self.world.faults.lost_answer / 4):
                self.world.counts["silent producers"] += 1
                return len(self.waiting)
            partition, value, tell = self.waiting.pop(0)
            tell(self._sent(partition, value), None)
        return 0

    def purge(self) -> None:
        self.waiting.clear()

    def _sent(self, partition: int, value: bytes) -> KafkaError | None:
        world = self.world
        try:
            world.pause(SERVICE, "produce")
        except TransientError:
            return KafkaError(KafkaError._MSG_TIMED_OUT)
        if world.happens(world.faults.partial_put / 2):
            world.counts["partial failures"] += 1
            return KafkaError(KafkaError._MSG_TIMED_OUT)
        self.topic.put(partition, value)
        if world.happens(world.faults.lost_answer):
            world.counts["ambiguous puts"] += 1
            return KafkaError(KafkaError._MSG_TIMED_OUT)
        world.pause_after("produce")
        return None
