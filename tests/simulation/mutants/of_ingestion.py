"""Mistakes of the stage that takes events in."""

from collections.abc import Sequence
from typing import Any

from shared.adapters.kafka import KafkaStream
from shared.adapters.kinesis import THROTTLED, KinesisStream
from shared.errors import UnacknowledgedError
from shared.packs.stream import StreamRecord


class PartialFailuresIgnored(KinesisStream):
    """An answer is an answer, whatever it says of single records."""

    def _put_once(self, entries: list[Any]) -> tuple[Sequence[int], list[str]]:
        failed, troubles = super()._put_once(entries)
        return ([], []) if set(troubles) == {THROTTLED} else (failed, troubles)


class FailuresIgnored(KinesisStream):
    """202 before the stream has acknowledged."""

    def _put_all(self, entries: list[Any], chunk: range) -> None:
        self._put_once(entries[chunk.start : chunk.stop])


class SilenceTakenForAcknowledgement(KafkaStream):
    """202 although brokers have refused, or not answered."""

    def _refuse(self, left: Sequence[int], troubles: Sequence[Any]) -> None:
        """Nobody hears of it."""


class OnlyTheLastUnacknowledged(KinesisStream):
    """Of all that was not taken, the client hears of one record."""

    def put(self, records: Sequence[StreamRecord]) -> None:
        try:
            super().put(records)
        except UnacknowledgedError as error:
            raise UnacknowledgedError(str(error), error.positions[-1:]) from error
