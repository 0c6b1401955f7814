"""Which series are watched: one declarative table of measure, statistic, how it is judged, and for which groupings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.anomalies.anomaly import Series
from shared.anomalies.transforms import Transform
from shared.measures.measure import measure_named
from shared.sketches.summaries import Summaries
from shared.windows.groups import OVERFLOW, TOTAL
from shared.windows.table import Key, SummaryTable

Floats = NDArray[np.float64]


class Statistic(StrEnum):
    """How the summary of a window becomes one number, in the measure's unit."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    P50 = "p50"
    P95 = "p95"
    P99 = "p99"

    def of(self, summaries: Summaries, scale: int) -> Floats:
        """One value a row; counts have no scale."""
        match self:
            case Statistic.COUNT:
                return summaries.count.astype(np.float64)
            case Statistic.SUM:
                return summaries.mean() * summaries.count / scale
            case Statistic.MEAN:
                return summaries.mean() / scale
            case Statistic.MIN:
                return summaries.minimum / scale
            case Statistic.MAX:
                return summaries.maximum / scale
            case _:
                return summaries.quantile(int(self.value[1:]) / 100) / scale


class Family(StrEnum):
    """Series of one family deviate together when they have one cause."""

    VOLUME = "volume"
    LATENCY = "latency"
    ERRORS = "errors"
    SECURITY = "security"
    GOVERNANCE = "governance"
    QUALITY = "quality"


@dataclass(frozen=True, slots=True)
class Watch:
    """A statistic of a measure, watched in every group of `groupings`, in windows with `least` observations or more:
    a p95 of three calls says nothing.
    """

    measure: str
    statistic: Statistic
    transform: Transform
    family: Family
    groupings: frozenset[str]
    least: int = 1

    @property
    def name(self) -> str:
        return f"{self.measure}.{self.statistic}"


def _watch(  # noqa: PLR0913, PLR0917 (a row of the table below)
    measure: str, statistic: Statistic, transform: Transform, family: Family, groupings: str, least: int = 1
) -> Watch:
    return Watch(measure, statistic, transform, family, frozenset(groupings.split()), least)


_COUNT, _SUM, _MEAN, _P95 = Statistic.COUNT, Statistic.SUM, Statistic.MEAN, Statistic.P95
_ALL: Final = "total model provider source_module environment team team+model"

WATCHED: Final = (
    _watch("requests", _COUNT, Transform.COUNT, Family.VOLUME, _ALL),
    _watch("input_tokens", _SUM, Transform.MONEY, Family.VOLUME, "total model team", least=10),
    _watch("output_tokens", _SUM, Transform.MONEY, Family.VOLUME, "total model team", least=10),
    _watch("computed_cost_usd", _SUM, Transform.MONEY, Family.VOLUME, "total model provider team team+model", least=10),
    _watch("reported_cost_usd", _SUM, Transform.MONEY, Family.VOLUME, "total team", least=10),
    _watch("errors", _MEAN, Transform.RATIO, Family.ERRORS, "total model provider team team+model", least=20),
    _watch("latency_ms", _P95, Transform.LATENCY, Family.LATENCY, "model provider team team+model", least=10),
    _watch("ttft_ms", _P95, Transform.LATENCY, Family.LATENCY, "model", least=10),
    _watch("threats", _COUNT, Transform.COUNT, Family.SECURITY, TOTAL),
    _watch("critical_threats", _SUM, Transform.COUNT, Family.SECURITY, TOTAL),
    _watch("auth_failures", _MEAN, Transform.RATIO, Family.SECURITY, TOTAL, least=20),
    _watch("policy_violations", _COUNT, Transform.COUNT, Family.GOVERNANCE, TOTAL),
    _watch("quality_score", _MEAN, Transform.PLAIN, Family.QUALITY, "model", least=10),
)
NUMBERED: Final[Mapping[str, int]] = {watch.name: number for number, watch in enumerate(WATCHED)}


@dataclass(frozen=True, slots=True)
class Observed:
    """The values of one watched statistic in a window, for the groups that have it."""

    watch: Watch
    keys: tuple[Key, ...]
    values: Floats


def observed(table: SummaryTable, watched: tuple[Watch, ...] = WATCHED) -> Iterator[Observed]:
    """What a window shows of each watched statistic; overflow series, whose groups change, are not watched."""
    groupings = np.array(["" if OVERFLOW in key[2:] else str(key[1]) for key in table.keys], object)
    for watch in watched:
        if watch.measure not in table.measures:
            continue
        rows = np.flatnonzero(table.row_measure == table.measures.index(watch.measure))
        wanted = np.isin(groupings[table.row_key[rows]], list(watch.groupings))
        rows = rows[wanted & (table.summaries.count[rows] >= watch.least)]
        if len(rows):
            values = watch.statistic.of(table.summaries.take(rows), measure_named(watch.measure).scale)
            yield Observed(watch, tuple(table.keys[number] for number in table.row_key[rows].tolist()), values)


def value_of(table: SummaryTable, key: Key, measure: str, statistic: Statistic) -> float | None:
    """One statistic of one group; None where nothing was observed.

    >>> value_of(SummaryTable.empty(), ("acme", "total"), "requests", Statistic.COUNT)
    """
    if key not in table.keys or measure not in table.measures:
        return None
    at = (table.row_measure == table.measures.index(measure)) & (table.row_key == table.keys.index(key))
    rows = np.flatnonzero(at)
    return float(statistic.of(table.summaries.take(rows), measure_named(measure).scale)[0]) if len(rows) else None


def family_of(series: Series) -> Family | None:
    """None for a series that only a user's rule looks at."""
    number = NUMBERED.get(f"{series.measure}.{series.statistic}")
    return None if number is None else WATCHED[number].family
