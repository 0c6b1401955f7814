"""The use case: what cannot wait for its window to close is told within seconds, straight from the event stream.

Each alert is the anomaly that the window's close would find in the same series, under the same id, so it is opened and
told once, whoever is first; the fold of closed windows follows it to its end.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from functions.watch.tally import Burst, Tally
from shared.anomalies.anomaly import LEARNED, Anomaly, Kind, Series, Severity, Status, anomaly_id
from shared.anomalies.episodes import REMEMBERED
from shared.anomalies.folds import Announcements
from shared.anomalies.notices import Herald
from shared.anomalies.policies import PolicyStore
from shared.anomalies.stores import AnomalyStore, record
from shared.events.measured import MeasuredEvent, MeasuredInference
from shared.events.security import Threat
from shared.packs.pack import MeasuredPack, decode_measured
from shared.windows.groups import TOTAL
from shared.windows.window import Resolution, Window

FRESH: Final = timedelta(minutes=15)
"""What is older has come late, or again; windows close without hurry."""

LONGEST: Final = timedelta(days=1)
"""How far back it is asked whether an anomaly goes on."""

Fresh = tuple[str, datetime, MeasuredEvent]
"""A tenant, when it happened, and the event."""


@dataclass(slots=True)
class Outcome:
    events: int = 0
    alerted: int = 0


@dataclass(frozen=True, slots=True)
class Watch:
    anomalies: AnomalyStore
    announcements: Announcements
    policies: PolicyStore
    herald: Herald
    tally: Tally
    resolution: Resolution
    clock: Callable[[], datetime]

    def run(self, records: Iterable[bytes]) -> Outcome:
        """A batch of records; those that cannot be read are aggregation's to quarantine."""
        now = self.clock()
        fresh = list(_fresh(decode_measured(records), now))
        self.tally.add(_calls(fresh), now)
        found = [*self._threats(fresh, now), *self._bursts(now)]
        return Outcome(len(fresh), sum(map(self._told, found)))

    def _threats(self, fresh: Sequence[Fresh], now: datetime) -> Iterator[Anomaly]:
        """One for each tenant and window."""
        seen: dict[tuple[str, Window], list[datetime]] = {}
        for tenant, at, event in fresh:
            if isinstance(event.payload.data, Threat) and event.payload.data.threat_level == "critical":
                seen.setdefault((tenant, self.resolution.containing(at)), []).append(at)
        for (tenant, window), times in seen.items():
            many = "A critical threat was" if len(times) == 1 else f"{len(times)} critical threats were"
            sentence = f"{many} reported, the first at {min(times):%H:%M:%S} UTC."
            series = Series((tenant, TOTAL), "critical_threats", "sum")
            yield _anomaly(series, window, Kind.THREAT, float(len(times)), sentence, now)

    def _bursts(self, now: datetime) -> Iterator[Anomaly]:
        """A model that fails, or the tenant if several do."""
        of: dict[str, list[Burst]] = {}
        for burst in self.tally.bursts():
            of.setdefault(burst.tenant, []).append(burst)
        for tenant, bursts in of.items():
            key = (tenant, "model", bursts[0].model) if len(bursts) == 1 else (tenant, TOTAL)
            whose = bursts[0].model if len(bursts) == 1 else f"{len(bursts)} models"
            requests, errors = sum(each.requests for each in bursts), sum(each.errors for each in bursts)
            share = errors / requests
            sentence = f"{errors} of the last {requests} requests of {whose} failed ({100 * share:.0f} %)."
            window = self.resolution.containing(now)
            yield _anomaly(Series(key, "errors", "mean"), window, Kind.SPIKE, share, sentence, now)

    def _told(self, anomaly: Anomaly) -> int:
        """How many notices that were: none if it goes on already, or began in a maintenance window."""
        stored = self.anomalies.get(anomaly.tenant, anomaly.id)
        if stored is None and self._goes_on(anomaly):
            return 0
        if stored is None:
            policy = self.policies.policy(anomaly.tenant)
            if policy.is_maintained(anomaly.series, anomaly.window):
                anomaly = replace(anomaly, status=Status.SUPPRESSED, alerted=False)
            self.announcements.announce(anomaly)
            stored = record(self.anomalies, anomaly, 0)
        return self.herald.tell(stored)

    def _goes_on(self, anomaly: Anomaly) -> bool:
        """It began in an earlier window and is not over, or was lately: then the close of this window goes on with it."""
        earlier = self.anomalies.find(anomaly.tenant, anomaly.window.start - LONGEST, anomaly.window.start)
        lately = anomaly.opened_at - REMEMBERED
        return any(
            one.series == anomaly.series and one.detector == LEARNED and (one.resolved_at or lately) >= lately
            for one in earlier
        )


def _fresh(contents: Iterable[object], now: datetime) -> Iterator[Fresh]:
    for pack in contents:
        if isinstance(pack, MeasuredPack):
            for event in pack.events:
                at = datetime.fromisoformat(event.timestamp)
                if now - FRESH <= at:
                    yield pack.header.tenant, at, event


def _calls(fresh: Iterable[Fresh]) -> Iterator[tuple[datetime, tuple[str, str], bool]]:
    for tenant, at, event in fresh:
        call = event.payload.data
        if isinstance(call, MeasuredInference):
            yield at.replace(second=0, microsecond=0), (tenant, call.model_id), call.error_type is not None


def _anomaly(  # noqa: PLR0913, PLR0917 (what an anomaly is made of)
    series: Series, window: Window, kind: Kind, observed: float, explanation: str, now: datetime
) -> Anomaly:
    return Anomaly(
        id=anomaly_id(series, LEARNED, window),
        series=series,
        window=window,
        detector=LEARNED,
        kind=kind,
        severity=Severity.CRITICAL,
        status=Status.OPEN,
        score=0.0,
        observed=observed,
        expected=None,
        lower=None,
        upper=None,
        explanation=explanation,
        opened_at=now,
        last_window=window,
        alerted=True,
    )
