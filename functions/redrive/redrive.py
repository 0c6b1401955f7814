"""The use case: what waits in the failure bucket is given to the hub again, and only then removed.

Safe to run twice and to crash anywhere: an object goes when all of it is acknowledged, and what is put a second time is
known by the ids of its events. A pack keeps its bytes, and with them the stamp by which its lateness is decided
(PROTOCOL rule 8).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from functions.redrive.batches import GivenUpBatch, given_up_batch
from functions.redrive.fitness import Judge, minutes_of
from shared.errors import HubError, RejectedRecordError, RejectedRequestError
from shared.packs.arrived import ArrivedRecord
from shared.packs.failures import Failure, FailureKind, FailureRef, FailureStore
from shared.packs.pack import MeasuredPack, Tick
from shared.packs.quarantine import Quarantine, QuarantinedRecord
from shared.packs.stream import EventStream, StreamRecord

STAGE = "redrive"


class Invoke(Protocol):
    def __call__(self, function: str, asked: Mapping[str, Any], /) -> None:
        """Return when the function has done what it was asked; raise TransientError if it failed."""
        ...


@dataclass(frozen=True, slots=True)
class Redriven:
    """What became of an object: packs put again, ticks dropped, records refused (and quarantined), invocations made."""

    packs: int = 0
    events: int = 0
    ticks: int = 0
    refused: int = 0
    invocations: int = 0


@dataclass(slots=True)
class Run:
    """What one scheduled run did, and what still waits."""

    redriven: int = 0
    refused: int = 0
    waiting: dict[FailureKind, int] = field(default_factory=lambda: dict.fromkeys(FailureKind, 0))
    troubles: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Redrive:
    """`reinvoked` names the functions that read the event stream for themselves alone: they get their batch again, and
    the others nothing.
    """

    failures: FailureStore
    quarantine: Quarantine
    stream: EventStream
    invoke: Invoke
    partitions: int
    reinvoked: frozenset[str]
    clock: Callable[[], datetime]
    side_by_side: Callable[..., Any] = map

    def run(self, until: datetime) -> Run:
        """Redrive the batches given up. What is in quarantine is the data's fault: it waits for a person."""
        run = Run()
        for waiting in list(self.failures.waiting()):
            fit = waiting.kind is FailureKind.GIVEN_UP and self.clock() < until
            if not (fit and self._redriven(waiting, run)):
                run.waiting[waiting.kind] += 1
        return run

    def publish(self, key: str) -> Redriven:
        """Redrive one object. RejectedError if it is not fit; then it stays."""
        failure = self.found(key)
        redriven = self._again(failure)
        self.failures.delete(key)
        return redriven

    def discard(self, key: str) -> None:
        self.failures.delete(self.found(key).key)

    def found(self, key: str) -> Failure:
        failure = self.failures.read(key)
        if failure is None:
            raise RejectedRequestError(404, "not_found", "Nothing of that key waits")
        return failure

    def _redriven(self, waiting: FailureRef, run: Run) -> bool:
        try:
            refused = self.publish(waiting.key).refused
        except HubError as error:
            run.troubles.append(f"{waiting.key}: {error}")
            return False
        run.redriven += 1
        run.refused += refused
        run.waiting[FailureKind.QUARANTINED] += refused
        return True

    def _again(self, failure: Failure) -> Redriven:
        if failure.kind is FailureKind.QUARANTINED:
            return self._put_quarantined(failure)
        batch = given_up_batch(failure)
        if batch.records and batch.function not in self.reinvoked:
            return self._put_batch(batch)
        if batch.records:
            self.invoke(batch.function, batch.asked)
            return Redriven(invocations=1)
        return self._invoke_by_key(batch)

    def _put_quarantined(self, failure: Failure) -> Redriven:
        judge = Judge(self.partitions, self.clock())
        [content] = judge.judge([failure.data])
        if isinstance(content, RejectedRecordError):
            raise content
        if isinstance(content, Tick):
            return Redriven(ticks=1)
        if failure.reason.get("code") == "expired" and judge.live_minutes(content) < len(minutes_of(content.events)):
            raise RejectedRecordError("expired", "What of it can be folded has been folded")
        self.stream.put([StreamRecord(content.header.partition, failure.data)])
        return Redriven(packs=1, events=len(content.events))

    def _put_batch(self, batch: GivenUpBatch) -> Redriven:
        """Packs first: should it end in between, they are put again, and nothing is lost."""
        judged = Judge(self.partitions, self.clock()).judge([record.data for record in batch.records])
        both = list(zip(batch.records, judged, strict=True))
        packs = [(record, content) for record, content in both if isinstance(content, MeasuredPack)]
        refused = [_refused(record, why) for record, why in both if isinstance(why, RejectedRecordError)]
        self.stream.put([StreamRecord(content.header.partition, record.data) for record, content in packs])
        for record in refused:
            self.quarantine.put(record)
        return Redriven(
            packs=len(packs),
            events=sum(len(content.events) for _, content in packs),
            ticks=len(both) - len(packs) - len(refused),
            refused=len(refused),
        )

    def _invoke_by_key(self, batch: GivenUpBatch) -> Redriven:
        """A batch of a table's stream cannot be published again: its function is invoked, with one key at a time."""
        keys = batch.changes_by_key()
        for _ in self.side_by_side(lambda changes: self.invoke(batch.function, {"Records": changes}), keys):
            pass
        return Redriven(invocations=len(keys))


def _refused(record: ArrivedRecord, why: RejectedRecordError) -> QuarantinedRecord:
    return QuarantinedRecord(
        stage=STAGE,
        shard=record.shard,
        sequence=record.sequence,
        partition_key=record.partition_key,
        arrived_at=record.arrived_at,
        data=record.data,
        code=why.code,
        message=why.message,
    )
