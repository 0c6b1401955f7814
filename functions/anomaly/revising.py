"""A revision: late events have come to a window in which an anomaly began."""

from dataclasses import replace
from datetime import datetime

from shared.anomalies.anomaly import LEARNED, Anomaly
from shared.anomalies.episodes import Episode
from shared.anomalies.explanation import explain
from shared.anomalies.storms import WITH_IT
from shared.anomalies.watched import Statistic, value_of
from shared.windows.closed import ClosedWindowStore, Head
from shared.windows.groups import bucket_of
from shared.windows.table import SummaryTable


def revised(episode: Episode, head: Head, closed: ClosedWindowStore, now: datetime) -> Episode:
    """Judged by what was usual when it began: over, if the window is not unusual any more, else with the new value."""
    anomaly = episode.anomaly
    if anomaly.is_over or anomaly.detector != LEARNED or anomaly.upper is None:
        return replace(episode, version=head.version)
    value = _value(anomaly, head, closed)
    if _is_usual(anomaly, value):
        return replace(episode, anomaly=anomaly.resolved(now, "revised"), version=head.version)
    sentence = explain(
        anomaly.series, anomaly.window, anomaly.kind, observed=value, lower=anomaly.lower, upper=anomaly.upper
    )
    tail = anomaly.explanation.partition(WITH_IT)
    corrected = replace(anomaly, observed=value, explanation=sentence + tail[1] + tail[2])
    return replace(episode, anomaly=corrected, version=head.version)


def _value(anomaly: Anomaly, head: Head, closed: ClosedWindowStore) -> float | None:
    bucket = bucket_of(anomaly.key)
    parts = [closed.part(ref) for ref in head.parts if ref.bucket == bucket]
    return value_of(SummaryTable.merge(parts), anomaly.key, anomaly.measure, Statistic(anomaly.series.statistic))


def _is_usual(anomaly: Anomaly, value: float | None) -> bool:
    is_low_enough = value is not None and anomaly.upper is not None and value <= anomaly.upper
    return is_low_enough and (anomaly.lower is None or (value is not None and anomaly.lower <= value))
