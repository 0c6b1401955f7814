"""The event stream, as ingestion and heartbeat need it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """The bytes of a pack or a tick, and the partition they go to."""

    partition: int
    data: bytes


class EventStream(Protocol):
    """A partitioned, ordered log."""

    def put(self, records: Sequence[StreamRecord]) -> None:
        """Return only when every record is acknowledged, having sent again those that failed, and only those.

        Raises UnacknowledgedError, which names the others, when some still fail after the last try. What was acknowledged
        stays in the stream; of the rest some may be there too, as an answer can be lost.
        """
