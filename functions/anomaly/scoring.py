"""One bucket through some windows: what is unusual in each, by what was learned and by the users' rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from functions.anomaly.rules import ruled
from shared.anomalies.anomaly import Series
from shared.anomalies.episodes import Finding
from shared.anomalies.folds import FoldStore
from shared.anomalies.learned import Learned, Scorer
from shared.anomalies.policies import Policy, PolicyStore
from shared.anomalies.transforms import Floats
from shared.windows.closed import ClosedWindowStore, Head
from shared.windows.table import SummaryTable
from shared.windows.window import Window

Closed = tuple[Window, Head | None]
"""A window that is closed. One from before the first announced may have no head: it is empty."""


class Policies(Mapping[str, Policy]):
    """What each tenant has said, read once a fold, and only of tenants that are there."""

    def __init__(self, store: PolicyStore, now: datetime) -> None:
        self._store = store
        self._now = now
        self._read: dict[str, Policy] = {}

    def __getitem__(self, tenant: str) -> Policy:
        if tenant not in self._read:
            self._read[tenant] = self._store.policy(tenant)
        return self._read[tenant]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)

    def thresholds(self, series: Sequence[Series], usual: float) -> Floats | None:
        """The bar of each series; None if no tenant has set any."""
        set_by = {tenant for tenant in {one.tenant for one in series} if self[tenant].has_thresholds}
        if not set_by:
            return None
        return np.array(
            [self[one.tenant].threshold(one, usual, self._now) if one.tenant in set_by else usual for one in series]
        )


@dataclass(frozen=True, slots=True)
class Scored:
    """A bucket after its windows; `state` is the id of what is known now, None of an empty bucket."""

    number: int
    findings: Sequence[Sequence[Finding]]
    state: str | None
    series: Sequence[Series]
    judged: int


@dataclass(frozen=True, slots=True)
class Scoring:
    closed: ClosedWindowStore
    folds: FoldStore
    scorer: Scorer
    policies: Policies

    def scored(self, states: Mapping[int, str], windows: Sequence[Closed], bucket: int) -> Scored:
        """What is learned is kept at once, under an id that counts only when a commit names it."""
        state = states.get(bucket)
        learned = Learned.decode(self.folds.object(state)) if state else Learned()
        findings, judged = [], 0
        for window, head in windows:
            table = self._table(head, bucket)
            learned, found = self.scorer.score(learned, window, table, self.policies.thresholds)
            findings.append([*found, *self._ruled(learned, table, window)])
            judged += len(learned.members)
        kept = self.folds.put_object(learned.encode()) if learned.members else None
        return Scored(bucket, findings, kept, learned.series, judged)

    def _ruled(self, learned: Learned, table: SummaryTable, window: Window) -> Iterator[Finding]:
        known = {key for key, _ in learned.members}
        tenants = sorted({str(key[0]) for key in (*known, *table.keys)})
        rules = [rule for tenant in tenants for rule in self.policies[tenant].rules]
        return ruled(rules, known, table, window)

    def _table(self, head: Head | None, bucket: int) -> SummaryTable:
        refs = [ref for ref in head.parts if ref.bucket == bucket] if head else []
        return self.closed.part(refs[0]) if refs else SummaryTable.empty()
