"""From rollups to points: de-scaled numbers in the unit of a measure, a column of them at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from functions.query.models import Number, Point
from shared.measures.measure import Measure
from shared.sketches.summaries import Summaries, Summary
from shared.windows.rollups import Rollup


@dataclass(frozen=True, slots=True)
class Estimates:
    """The percentiles every point has, and those asked for (`p99.9`)."""

    stats: Sequence[str] = ()

    def points(self, measure: Measure, rollups: Sequence[Rollup], closed_until: datetime) -> list[Point]:
        """One point for each rollup; each must have the measure."""
        columns = self._columns(measure, _column(measure.name, rollups))
        return [
            Point(
                start=rollup.window.start,
                final=rollup.window.end <= closed_until,
                version=rollup.version,
                **{name: values[row] for name, values in columns.items()},
            )
            for row, rollup in enumerate(rollups)
        ]

    def _columns(self, measure: Measure, column: Summaries) -> dict[str, list[Any]]:
        estimates = {
            "mean": column.mean(),
            "std_dev": column.std_dev(),
            "median": column.quantile(0.5),
            "p95": column.quantile(0.95),
            "p99": column.quantile(0.99),
        } | {stat: column.quantile(float(stat[1:]) / 100) for stat in self.stats}
        return {
            "count": column.count.tolist(),
            "sum": [true_value(total, measure) for total in column.total.integers()],
            "min": [true_value(value, measure) for value in column.minimum.tolist()],
            "max": [true_value(value, measure) for value in column.maximum.tolist()],
        } | {name: _true_values(values, measure) for name, values in estimates.items()}


def true_value(stored: int, measure: Measure) -> Number:
    """What a stored integer stands for; a measure that is counted stays an integer."""
    return stored if measure.scale == 1 else stored / measure.scale


def quantile(summary: Summary, q: float, measure: Measure) -> float:
    return summary.quantile(q) / measure.scale


def _true_values(estimates: NDArray[np.float64], measure: Measure) -> list[float]:
    values: list[float] = (estimates / measure.scale).tolist()
    return values


def _column(measure: str, rollups: Sequence[Rollup]) -> Summaries:
    """The measure's row of each rollup, in their order. A rollup has one key, so its rows are its measures."""
    rows = [rollup.table.summaries.take(np.array([rollup.table.measures.index(measure)])) for rollup in rollups]
    _, column = Summaries.merge([(np.array([place], np.int64), row) for place, row in enumerate(rows)])
    return column
