"""Whether a record may be put into the event stream again: judged as aggregation will judge it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.errors import RejectedRecordError
from shared.events.measured import MeasuredEvent
from shared.packs.pack import MeasuredPack, Tick, decode_measured
from shared.windows.state import LIFE_OF_STATE, has_state
from shared.windows.window import Window

Judged = MeasuredPack | Tick | RejectedRecordError
MINUTE = len("2026-11-22T10:05")


@dataclass(frozen=True, slots=True)
class Judge:
    """A pack is fit if it can be read, its partition is one of ours, and one of its minutes still has state."""

    partitions: int
    now: datetime

    def judge(self, records: Iterable[bytes]) -> list[Judged]:
        return [self._judged(content) for content in decode_measured(records)]

    def live_minutes(self, pack: MeasuredPack) -> int:
        return sum(has_state(minute, self.now) for minute in minutes_of(pack.events))

    def _judged(self, content: Judged) -> Judged:
        if not isinstance(content, MeasuredPack):
            return content
        if content.header.partition >= self.partitions:
            return RejectedRecordError("unknown_partition", f"There are {self.partitions} partitions")
        if content.events and not self.live_minutes(content):
            return RejectedRecordError("expired", f"All its minutes are over {LIFE_OF_STATE.days} days old")
        return content


def minutes_of(events: Iterable[MeasuredEvent]) -> list[Window]:
    return [Window.from_key(f"{text}Z") for text in sorted({event.timestamp[:MINUTE] for event in events})]
