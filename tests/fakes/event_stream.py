"""An event stream in memory, that can be told to fail."""

from collections.abc import Sequence

from shared.errors import TransientError
from shared.packs.stream import StreamRecord


class FakeEventStream:
    """Keeps what was put; while `down`, takes nothing."""

    def __init__(self) -> None:
        self.records: list[StreamRecord] = []
        self.down = False

    def put(self, records: Sequence[StreamRecord]) -> None:
        if self.down:
            raise TransientError("the stream is down")
        self.records.extend(records)
