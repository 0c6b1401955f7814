"""What people are told: an anomaly on the event bus, once when it is detected and once when it is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from shared.anomalies.anomaly import Anomaly
from shared.anomalies.stores import AnomalyStore, Notice, StoredAnomaly

SOURCE: Final = "llm-analytics-hub"
DETAIL_TYPES: Final[Mapping[Notice, str]] = {
    Notice.DETECTED: "Anomaly Detected",
    Notice.RESOLVED: "Anomaly Resolved",
}


class NoticeBus(Protocol):
    def put(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        """Return when the bus has it; TransientError if it may not have."""
        ...


@dataclass(frozen=True, slots=True)
class Herald:
    """Tells what is owed and marks it as sent. A crash between the two tells it again, under the same notice id."""

    store: AnomalyStore
    bus: NoticeBus
    console_url: str

    def tell(self, stored: StoredAnomaly) -> int:
        """Everything owed of this anomaly, in order; how many notices that were."""
        owed = stored.owed
        for notice in owed:
            self.bus.put(DETAIL_TYPES[notice], detail(stored.anomaly, notice, self.console_url))
            self._mark(stored, notice)
        return len(owed)

    def _mark(self, stored: StoredAnomaly, notice: Notice) -> None:
        current: StoredAnomaly | None = stored
        while current and not self.store.swap(current, current.sent(notice)):
            current = self.store.get(stored.anomaly.tenant, stored.anomaly.id)


def detail(anomaly: Anomaly, notice: Notice, console_url: str) -> dict[str, Any]:
    """What the published schema docs/schemas/anomaly.schema.json describes."""
    return {
        "notice_id": f"{anomaly.id}/{notice}",
        "console_url": f"{console_url}#/anomalies/{anomaly.id}",
        **described(anomaly),
    }


def described(anomaly: Anomaly) -> dict[str, Any]:
    """An anomaly in plain JSON, for the bus and for the API alike."""
    return {
        "anomaly_id": anomaly.id,
        "tenant": anomaly.tenant,
        "measure": anomaly.measure,
        "statistic": anomaly.series.statistic,
        "dimensions": anomaly.series.dimensions,
        "window_start": _instant(anomaly.window.start),
        "window_end": _instant(anomaly.window.end),
        "resolution": anomaly.window.resolution.value,
        "detector": anomaly.detector,
        "kind": anomaly.kind.value,
        "severity": anomaly.severity.value,
        "status": anomaly.status.value,
        "score": anomaly.score,
        "observed": anomaly.observed,
        "expected": anomaly.expected,
        "lower": anomaly.lower,
        "upper": anomaly.upper,
        "explanation": anomaly.explanation,
        "opened_at": _instant(anomaly.opened_at),
        "last_seen_at": _instant(anomaly.last_window.end),
        "resolved_at": _instant(anomaly.resolved_at),
        "resolution_reason": anomaly.resolution,
        "group": anomaly.group,
        "members": anomaly.members,
        "common_dimensions": anomaly.common,
        "alerted": anomaly.alerted,
        "reopened": anomaly.reopened,
        "note": anomaly.note,
    }


def _instant(at: Any) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")
