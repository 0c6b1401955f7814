"""Puts one tick into every partition: what arrived before it is complete, and the pipeline is seen to move."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.packs.pack import Tick, encode_tick
from shared.packs.stream import EventStream, StreamRecord


@dataclass(frozen=True, slots=True)
class Heartbeat:
    stream: EventStream
    partitions: int
    clock: Callable[[], datetime]

    def beat(self) -> int:
        """How many ticks the stream has acknowledged; a tick more does no harm, so a failure may be retried."""
        sent_at = self.clock()
        ticks = [Tick(partition, sent_at) for partition in range(self.partitions)]
        self.stream.put([StreamRecord(tick.partition, encode_tick(tick)) for tick in ticks])
        return len(ticks)
