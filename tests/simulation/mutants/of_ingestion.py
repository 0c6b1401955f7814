"""Mistakes of the stage that takes events in."""

from typing import Any

from shared.adapters.kinesis import KinesisStream

THROTTLED = "ProvisionedThroughputExceededException"


class PartialFailuresIgnored(KinesisStream):
    """An answer is an answer, whatever it says of single records."""

    def _put_once(self, entries: list[Any]) -> tuple[list[Any], str]:
        failed, trouble = super()._put_once(entries)
        return ([], "") if trouble == THROTTLED else (failed, trouble)


class FailuresIgnored(KinesisStream):
    """202 before the stream has acknowledged."""

    def _put_all(self, entries: list[Any]) -> None:
        self._put_once(entries)
