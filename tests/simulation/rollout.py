"""Two releases at once: for a while some functions are of the next one, whose records and tables the others cannot read.

The next release is this one with a higher version in what it writes. Whether a function that is not replaced yet waits, is
decided by the code as it stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import zstandard
from greenlet import getcurrent

from shared.errors import TransientError
from shared.packs import pack
from shared.packs.pack import PACK_CODEC, TICK_CODEC
from shared.packs.stream import EventStream, StreamRecord
from shared.windows import table
from shared.windows.table import SummaryTable
from tests.simulation.faults import World
from tests.simulation.scheduler import Task

FUNCTIONS = ("ingestion", "heartbeat", "aggregation", "rollup", "redrive")
_TABLE, _NEXT_TABLE = b"\x01", b"\x02"
_HEADER, _NEXT_HEADER = b'"v":1', b'"v":2'


@dataclass(frozen=True, slots=True)
class Rollout:
    """When each function is replaced; of no function if there is none. What is no function can read everything."""

    world: World
    at: Mapping[str, float]

    def is_of_next(self) -> bool:
        """Of the release that runs now: an invocation is to its end of that which it began as."""
        task = getcurrent()
        if not isinstance(task, Task) or task.name not in FUNCTIONS:
            return bool(self.at)
        if task.is_of_next is None:
            task.is_of_next = bool(self.at) and self.world.scheduler.now >= self.at[task.name]
        return task.is_of_next

    @contextmanager
    def replaced(self) -> Iterator[None]:
        check_pack, check_table = pack._check_version, table._check_version
        decode, encode = SummaryTable.decode, SummaryTable.encode

        def check(version: int) -> None:
            self._noting(check_pack, min(version, pack.VERSION) if self.is_of_next() else version)

        def decoded(data: bytes) -> SummaryTable:
            if not self.is_of_next():
                self._noting(check_table, data)
            return decode(_TABLE + data[1:])

        def encoded(of: SummaryTable) -> bytes:
            data = encode(of)
            return _NEXT_TABLE + data[1:] if self.is_of_next() else data

        with ExitStack() as stack:
            stack.enter_context(patch.object(pack, "_check_version", check))
            stack.enter_context(patch.object(SummaryTable, "decode", staticmethod(decoded)))
            stack.enter_context(patch.object(SummaryTable, "encode", encoded))
            yield

    def _noting(self, check: Any, version: Any) -> None:
        try:
            check(version)
        except TransientError:
            self.world.counts["met a newer release"] += 1
            raise


@dataclass(frozen=True, slots=True)
class OfItsRelease:
    """An event stream into which the next release puts records of its own version."""

    stream: EventStream
    rollout: Rollout

    def put(self, records: Sequence[StreamRecord]) -> None:
        if self.rollout.is_of_next():
            records = [StreamRecord(record.partition, _as_next(record.data)) for record in records]
        self.stream.put(records)


def _as_next(data: bytes) -> bytes:
    codec, content = data[:1], data[1:]
    if codec == TICK_CODEC:
        return codec + content.replace(_HEADER, _NEXT_HEADER, 1)
    if codec == PACK_CODEC:
        lines = zstandard.decompress(content).replace(_HEADER, _NEXT_HEADER, 1)
        return codec + zstandard.compress(lines)
    return data
