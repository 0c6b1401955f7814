"""Kinesis in memory, behind the very API that the hub's adapter calls: shards, arrival stamps, and its bad days."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, pairwise
from typing import Any
from zlib import crc32

import msgspec

from shared.errors import TransientError
from shared.packs.arrived import ArrivedRecord
from tests.simulation.faults import World
from tests.simulation.lanes import Lane

HASH_SPACE = 2**128
JITTER = timedelta(milliseconds=900)
SERVICE = "kinesis"


class _Entry(msgspec.Struct):
    Data: bytes
    PartitionKey: str
    ExplicitHashKey: str


class _Request(msgspec.Struct):
    Records: list[_Entry]


_REQUEST = msgspec.json.Decoder(_Request)


@dataclass(eq=False, slots=True)
class Shard:
    name: str
    low: int
    high: int
    lanes: list[Lane]
    is_open: bool = True
    sequences: Any = field(default_factory=lambda: count(1))


class SimulatedKinesis:
    """`Api` of the hub's adapter. Records go by explicit hash key to a shard, by partition key to one of its lanes."""

    def __init__(self, world: World, shards: int, lanes: int, jitter: timedelta = JITTER) -> None:
        self._world = world
        self._lanes = lanes
        self._jitter = jitter.total_seconds()
        self._names = count()
        self.lane_of: Callable[[ArrivedRecord], int] = lambda record: crc32(record.partition_key.encode())
        self.on_shard: Callable[[Shard], None] = lambda _shard: None
        self.on_record: Callable[[ArrivedRecord], None] = lambda _record: None
        self.shards: list[Shard] = []
        self._shards_at_start = shards

    def open(self) -> None:
        edges = [HASH_SPACE * number // self._shards_at_start for number in range(self._shards_at_start + 1)]
        for low, high in pairwise(edges):
            self._open_shard(low, high, [])

    def post(self, _operation: str, body: bytes) -> tuple[int, bytes]:
        world = self._world
        world.pause(SERVICE, "put_records")
        if world.happens(world.faults.lost_answer / 2):
            return 500, b'{"__type": "InternalFailure"}'
        results = [self._put(entry) for entry in _REQUEST.decode(body).Records]
        if world.happens(world.faults.lost_answer):
            world.counts["ambiguous puts"] += 1
            raise TransientError("timed out")
        world.pause_after("put_records")
        failed = sum("ErrorCode" in result for result in results)
        return 200, msgspec.json.encode({"FailedRecordCount": failed, "Records": results})

    def append(self, partition_key: str, hash_key: int, data: bytes) -> ArrivedRecord:
        shard = next(shard for shard in self.shards if shard.is_open and shard.low <= hash_key < shard.high)
        record = ArrivedRecord(partition_key, shard.name, f"{next(shard.sequences):021d}", self._stamp(), data)
        self.on_record(record)
        shard.lanes[self.lane_of(record) % self._lanes].append(record)
        return record

    def split(self) -> None:
        shard = self._world.rng.choice([shard for shard in self.shards if shard.is_open])
        middle = (shard.low + shard.high) // 2
        self._reshard([shard], [(shard.low, middle), (middle, shard.high)])

    def merge(self) -> None:
        ordered = sorted((shard for shard in self.shards if shard.is_open), key=lambda shard: shard.low)
        if len(ordered) > 1:
            place = self._world.rng.randrange(len(ordered) - 1)
            left, right = ordered[place : place + 2]
            self._reshard([left, right], [(left.low, right.high)])

    def _reshard(self, parents: Sequence[Shard], ranges: Sequence[tuple[int, int]]) -> None:
        self._world.counts["reshards"] += 1
        for parent in parents:
            parent.is_open = False
            for lane in parent.lanes:
                lane.close()
        for low, high in ranges:
            self._open_shard(low, high, [lane for parent in parents for lane in parent.lanes])

    def _open_shard(self, low: int, high: int, parents: list[Lane]) -> None:
        name = f"shardId-{next(self._names):012d}"
        lanes = [Lane(f"{name}/{number}", parents) for number in range(self._lanes)]
        shard = Shard(name, low, high, lanes)
        self.shards.append(shard)
        self.on_shard(shard)

    def _put(self, entry: _Entry) -> dict[str, str]:
        if self._world.happens(self._world.faults.partial_put):
            self._world.counts["partial failures"] += 1
            return {"ErrorCode": "ProvisionedThroughputExceededException"}
        record = self.append(entry.PartitionKey, int(entry.ExplicitHashKey), entry.Data)
        return {"SequenceNumber": record.sequence, "ShardId": record.shard}

    def _stamp(self) -> datetime:
        """The stream's own clock, in milliseconds, not quite in order."""
        seconds = self._world.scheduler.now + self._world.rng.uniform(-self._jitter, self._jitter)
        return self._world.scheduler.at(round(seconds, 3))
