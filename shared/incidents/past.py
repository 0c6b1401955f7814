"""The past of series that deviate, minute by minute from their rollups: what the causal rule tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from shared.anomalies.anomaly import Series
from shared.anomalies.watched import Statistic, value_of
from shared.incidents.scene import SeriesKey
from shared.incidents.signal import Signal
from shared.windows.groups import TOTAL
from shared.windows.rollups import RollupRange, RollupStore
from shared.windows.window import Resolution

Floats = NDArray[np.float64]

LOOKS_BACK = timedelta(hours=2)
MOST_SERIES = 12
"""Each is a read: the series of the gravest anomalies only."""


@dataclass(frozen=True, slots=True)
class Past:
    """[T] values a series, one a minute, NaN where nothing was seen; `driver` is all requests of the tenant."""

    series: Mapping[SeriesKey, Floats]
    driver: Floats | None = None


def past_of(tenant: str, signals: Sequence[Signal], rollups: RollupStore, now: datetime) -> Past:
    """Of the first series of each sort of trouble at each component, if there are two to compare; up to the last minute
    that is closed.
    """
    wanted = _gravest(signals)
    if len(wanted) < 2:  # noqa: PLR2004 (a pair)
        return Past({})
    requests = _read(Series((tenant, TOTAL), "requests", Statistic.COUNT), rollups, now)
    if not requests:
        return Past({})
    minutes = _minutes(now - LOOKS_BACK, max(requests))
    series = {key: _values(_read(each, rollups, now), each, minutes) for key, each in wanted.items()}
    return Past(series, np.array([requests.get(minute, 0.0) for minute in minutes]))


def _gravest(signals: Sequence[Signal]) -> dict[SeriesKey, Series]:
    found: dict[SeriesKey, Series] = {}
    for signal in sorted(signals, key=lambda signal: -signal.severity):
        if signal.series is not None and signal.components and len(found) < MOST_SERIES:
            found.setdefault((signal.kind, signal.components[0]), signal.series)
    return found


def _read(series: Series, rollups: RollupStore, now: datetime) -> dict[datetime, float]:
    key = series.key
    wanted = RollupRange(series.tenant, series.grouping, Resolution.MINUTE, now - LOOKS_BACK, now, key[2:])
    values = {
        rollup.window.start: value_of(rollup.table, key, series.measure, Statistic(series.statistic))
        for rollup in rollups.read(wanted)
    }
    return {minute: value for minute, value in values.items() if value is not None}


def _minutes(first: datetime, last: datetime) -> list[datetime]:
    start = Resolution.MINUTE.containing(first).next.start
    return [start + timedelta(minutes=minute) for minute in range(int((last - start) / timedelta(minutes=1)) + 1)]


def _values(known: Mapping[datetime, float], series: Series, minutes: Sequence[datetime]) -> Floats:
    """Nothing counted is a count of zero; nothing measured is not known."""
    missing = 0.0 if series.statistic in {Statistic.COUNT, Statistic.SUM} else np.nan
    return np.array([known.get(minute, missing) for minute in minutes])
