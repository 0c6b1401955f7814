"""Which measures are forecast, how an hour of each becomes one number, and how an hour without any is read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.measures.measure import MEASURES
from shared.windows.rollups import Rollup, Values
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution

Floats = NDArray[np.float64]
HOUR: Final = Resolution.HOUR.length


@dataclass(frozen=True, slots=True)
class Forecasted:
    """A measure by its sum, or by its 95th percentile. `to_month_end`: its daily totals are forecast too."""

    measure: str
    is_p95: bool = False
    to_month_end: bool = False


FORECASTED: Final[Mapping[str, Forecasted]] = {
    each.measure: each
    for each in (
        Forecasted("requests"),
        Forecasted("errors"),
        Forecasted("latency_ms", is_p95=True),
        Forecasted("input_tokens", to_month_end=True),
        Forecasted("output_tokens", to_month_end=True),
        Forecasted("computed_cost_usd", to_month_end=True),
        Forecasted("reported_cost_usd", to_month_end=True),
    )
}


def hourly(
    rollups: Iterable[Rollup], measures: Iterable[Forecasted], start: datetime, end: datetime
) -> dict[Values, dict[str, Floats]]:
    """By group and measure: float64[hours in [start, end)].

    NaN before the first hour in which the group had the measure. After it, an hour without any counts 0; a percentile of
    nothing is NaN. What the group never had is left out.
    """
    wanted, hours = {each.measure: each for each in measures}, int((end - start) / HOUR)
    found: dict[Values, dict[str, Floats]] = {}
    for rollup in rollups:
        at = int((rollup.window.start - start) / HOUR)
        series = found.setdefault(rollup.values, {})
        for name, value in _values(rollup.table, wanted):
            series.setdefault(name, np.full(hours, np.nan))[at] = value
    for series in found.values():
        for name in series:
            if not wanted[name].is_p95:
                series[name] = with_zeros(series[name])
    return found


def _values(table: SummaryTable, wanted: Mapping[str, Forecasted]) -> Iterator[tuple[str, float]]:
    """Each wanted measure that a table of one group has, in its unit: all sums in one pass, as there are many tables."""
    names = [table.measures[number] for number in table.row_measure.tolist()]
    rows = [row for row, name in enumerate(names) if name in wanted]
    chosen = table.summaries.take(np.array(rows, np.int64))
    sums = (chosen.mean() * chosen.count).tolist()
    for place, row in enumerate(rows):
        name = names[row]
        if wanted[name].is_p95:
            sums[place] = float(table.summaries.take(np.array([row])).quantile(0.95)[0])
        yield name, sums[place] / MEASURES[name].scale


def with_zeros(values: Floats) -> Floats:
    """What was not counted was not there, once there was anything at all."""
    seen = ~np.isnan(values)
    return np.where(seen | (np.cumsum(seen) == 0), values, 0.0)


def last_whole_hour(closed_until: datetime) -> datetime:
    """The end of the last hour that is closed as a whole: where forecasts begin."""
    return Resolution.HOUR.containing(closed_until).start


def month_end(at: datetime) -> datetime:
    """The first instant of the next calendar month.

    >>> from datetime import UTC
    >>> month_end(datetime(2026, 12, 5, 7, tzinfo=UTC)).date().isoformat()
    '2027-01-01'
    """
    first = at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)
