"""An event stream in memory, that can be told to fail."""

from collections.abc import Sequence

from shared.errors import UnacknowledgedError
from shared.packs.stream import StreamRecord


class FakeEventStream:
    """Keeps what was put; while `down`, takes nothing, and while partitions are `throttled`, nothing of theirs."""

    def __init__(self) -> None:
        self.records: list[StreamRecord] = []
        self.down = False
        self.throttled: set[int] = set()

    def put(self, records: Sequence[StreamRecord]) -> None:
        if self.down:
            raise UnacknowledgedError("the stream is down", range(len(records)))
        self.records.extend(record for record in records if record.partition not in self.throttled)
        if left := [place for place, record in enumerate(records) if record.partition in self.throttled]:
            raise UnacknowledgedError("too much at once", left, is_throttled=True)
