"""Closed windows as points: one for each group and measure, in the measure's own unit, a column of them at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.measures.measure import measure_named
from shared.sketches.summaries import Summaries
from shared.windows.groups import OVERFLOW, TOTAL
from shared.windows.table import Key, SummaryTable
from shared.windows.window import Window

_ESTIMATES: Final[Mapping[str, Callable[[Summaries], NDArray[np.float64]]]] = {
    "mean": Summaries.mean,
    "std_dev": Summaries.std_dev,
    "median": partial(Summaries.quantile, q=0.5),
    "p95": partial(Summaries.quantile, q=0.95),
    "p99": partial(Summaries.quantile, q=0.99),
}
STATISTICS: Final = ("sum", "min", "max", *_ESTIMATES)


@dataclass(frozen=True, slots=True)
class Points:
    """Some rows of a window. Column i of `keys`, `measures`, `counts` and each of `values` is point i."""

    window: Window
    version: int
    """How many events the whole window holds: what has more replaces what has less."""
    keys: list[Key]
    measures: list[str]
    counts: list[int]
    values: Mapping[str, list[float]]
    """By statistic, in the unit of the point's measure."""

    @classmethod
    def of(cls, window: Window, version: int, table: SummaryTable) -> "Points":
        """All rows of a table."""
        measures = [table.measures[number] for number in table.row_measure.tolist()]
        return cls(
            window,
            version,
            [table.keys[number] for number in table.row_key.tolist()],
            measures,
            table.summaries.count.tolist(),
            _values(table.summaries, [measure_named(name).scale for name in measures]),
        )

    def __len__(self) -> int:
        return len(self.keys)


def dimensions_of(key: Key) -> dict[str, str]:
    """What a group is told apart by, under the names that queries use; what it does not have is left out.

    >>> dimensions_of(("acme", "team+model", None, "gpt-4o"))
    {'tenant': 'acme', 'grouping': 'team+model', 'model': 'gpt-4o'}
    >>> dimensions_of(("acme", "model", OVERFLOW))
    {'tenant': 'acme', 'grouping': 'model', 'overflow': 'true'}
    """
    tenant, grouping, *values = key
    named = {"tenant": str(tenant), "grouping": str(grouping)}
    if grouping == TOTAL:
        return named
    if values == [OVERFLOW]:
        return {**named, "overflow": "true"}
    by_name = zip(str(grouping).split("+"), values, strict=True)
    return named | {name: value for name, value in by_name if value is not None}


def _values(summaries: Summaries, scales: list[int]) -> dict[str, list[float]]:
    scale = np.array(scales, np.float64)
    exact = {"min": summaries.minimum, "max": summaries.maximum}
    estimates = {name: estimate(summaries) for name, estimate in _ESTIMATES.items()}
    return {
        "sum": [total / each for total, each in zip(summaries.total.integers(), scales, strict=True)],
        **{name: (column / scale).tolist() for name, column in (exact | estimates).items()},
    }
