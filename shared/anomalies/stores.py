"""Anomalies as they are kept: who may write over whom, and what people are still to be told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from shared.anomalies.anomaly import Anomaly, Status


class Notice(StrEnum):
    """What people are told, each at most once an anomaly."""

    DETECTED = "detected"
    RESOLVED = "resolved"


class Sending(StrEnum):
    OWED = "owed"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class StoredAnomaly:
    """An anomaly as it stands; `edition` counts all writes of it, so that none is lost."""

    anomaly: Anomaly
    revision: int = 0
    """Of the fold that wrote last, which only grows; the fast lane has 0."""
    edition: int = 1
    is_decided: bool = False
    """A person has set the status, and it stands."""
    notices: Mapping[Notice, Sending] = field(default_factory=dict)

    @property
    def owed(self) -> tuple[Notice, ...]:
        return tuple(notice for notice in Notice if self.notices.get(notice) is Sending.OWED)

    def sent(self, notice: Notice) -> "StoredAnomaly":
        return replace(self, edition=self.edition + 1, notices={**self.notices, notice: Sending.SENT})

    def found_again(self, anomaly: Anomaly, revision: int) -> "StoredAnomaly | None":
        """After what a fold says of it; None if a later fold has written already."""
        if revision <= self.revision:
            return None
        if self.is_decided:
            anomaly = _with_decision(anomaly, self.anomaly)
        return self._with(anomaly, revision, is_decided=self.is_decided)

    def decided(self, anomaly: Anomaly) -> "StoredAnomaly":
        """After what a person says of it."""
        return self._with(anomaly, self.revision, is_decided=True)

    @classmethod
    def new(cls, anomaly: Anomaly, revision: int) -> "StoredAnomaly":
        return cls(anomaly, revision, notices=_owed({}, anomaly))

    def _with(self, anomaly: Anomaly, revision: int, *, is_decided: bool) -> "StoredAnomaly":
        return StoredAnomaly(anomaly, revision, self.edition + 1, is_decided, _owed(self.notices, anomaly))


class AnomalyStore(Protocol):
    """Reads by id are strong. An item's NEW_IMAGE has the anomaly as JSON in its attribute `anomaly`."""

    def get(self, tenant: str, anomaly_id: str) -> StoredAnomaly | None: ...

    def swap(self, before: StoredAnomaly | None, after: StoredAnomaly) -> bool:
        """Store `after` if `before` is what is there (None: nothing)."""
        ...

    def find(self, tenant: str, start: datetime, end: datetime, *, after: str | None = None) -> Iterator[Anomaly]:
        """Those that began in [start, end), the newest first; `after` goes on behind that id."""
        ...


def record(store: AnomalyStore, anomaly: Anomaly, revision: int) -> StoredAnomaly:
    """Write what a fold found, unless a later one has written; what stands then is the answer."""
    while True:
        before = store.get(anomaly.tenant, anomaly.id)
        after = StoredAnomaly.new(anomaly, revision) if before is None else before.found_again(anomaly, revision)
        if before is not None and after is None:
            return before
        if after is not None and store.swap(before, after):
            return after


def _with_decision(found: Anomaly, decided: Anomaly) -> Anomaly:
    """A person's word stands until the anomaly is over, or for good if it was that it is over."""
    if found.is_over and not decided.is_over:
        return replace(found, note=decided.note)
    return replace(
        found,
        status=decided.status,
        resolved_at=decided.resolved_at,
        resolution=decided.resolution,
        note=decided.note,
        alerted=found.alerted and decided.status is not Status.SUPPRESSED,
    )


def _owed(notices: Mapping[Notice, Sending], anomaly: Anomaly) -> Mapping[Notice, Sending]:
    """The end is told to whom the beginning was told; of a backlog, both may be told at once."""
    owed = dict(notices)
    if anomaly.alerted and anomaly.status is not Status.SUPPRESSED:
        owed.setdefault(Notice.DETECTED, Sending.OWED)
    if anomaly.is_over and Notice.DETECTED in owed:
        owed.setdefault(Notice.RESOLVED, Sending.OWED)
    return owed
