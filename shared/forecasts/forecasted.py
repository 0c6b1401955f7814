"""Which measures are forecast, how an hour of each becomes one number, and how an hour without any is read."""

from collections.abc import Iterable, Mapping
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

    def of(self, table: SummaryTable) -> float | None:
        """The hour's value in the measure's unit, from a table of one group; None where nothing was observed."""
        if self.measure not in table.measures:
            return None
        row = table.summaries.take(np.flatnonzero(table.row_measure == table.measures.index(self.measure)))
        stored = row.quantile(0.95) if self.is_p95 else row.mean() * row.count
        return float(stored[0] / MEASURES[self.measure].scale)


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
        for each in wanted.values():
            if (value := each.of(rollup.table)) is not None:
                series.setdefault(each.measure, np.full(hours, np.nan))[at] = value
    for series in found.values():
        for name in series:
            if not wanted[name].is_p95:
                series[name] = _with_zeros(series[name])
    return found


def _with_zeros(values: Floats) -> Floats:
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
