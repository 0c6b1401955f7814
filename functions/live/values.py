"""What the tables of a window hold for those who have subscribed to a measure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from shared.live.connection import Subscription, Topic
from shared.measures.measure import Measure, measure_named
from shared.sketches.summaries import Summaries
from shared.windows.groups import OVERFLOW
from shared.windows.table import Key, SummaryTable

MOST_SERIES: Final = 50
OVERFLOW_ATTRIBUTE: Final = "otel.metric.overflow"
Json = dict[str, Any]


def values_for(
    subscriptions: Sequence[Subscription], tables: Sequence[SummaryTable], tenant: str, *, resolution: str
) -> dict[str, list[Json]]:
    """By the subscription's id: its series, those of most observations first, at most `MOST_SERIES`."""
    wanted = [each for each in subscriptions if each.topic is Topic.MEASURE and each.resolution == resolution]
    return {each.id: _series(each, tables, tenant) for each in wanted}


def _series(subscription: Subscription, tables: Sequence[SummaryTable], tenant: str) -> list[Json]:
    found = [told for table in tables for told in _told(subscription, table, tenant)]
    return sorted(found, key=lambda told: (-told["count"], str(told["dimensions"])))[:MOST_SERIES]


def _told(subscription: Subscription, table: SummaryTable, tenant: str) -> list[Json]:
    if subscription.measure not in table.measures:
        return []
    is_own = np.array([key[:2] == (tenant, subscription.grouping) for key in table.keys], np.bool_)
    is_measured = table.row_measure == table.measures.index(subscription.measure)
    rows = np.flatnonzero(is_measured & is_own[table.row_key])
    keys = [table.keys[number] for number in table.row_key[rows].tolist()]
    columns = _columns(measure_named(subscription.measure), table.summaries.take(rows))
    return [
        {"dimensions": _dimensions(subscription, key), **{name: column[row] for name, column in columns.items()}}
        for row, key in enumerate(keys)
    ]


def _columns(measure: Measure, column: Summaries) -> Mapping[str, list[float]]:
    scaled = {
        "sum": column.total.floats(),
        "mean": column.mean(),
        "min": column.minimum,
        "max": column.maximum,
        "p50": column.quantile(0.5),
        "p95": column.quantile(0.95),
        "p99": column.quantile(0.99),
    }
    return {"count": column.count.tolist()} | {name: (some / measure.scale).tolist() for name, some in scaled.items()}


def _dimensions(subscription: Subscription, key: Key) -> dict[str, str | bool | None]:
    if key[2:] == (OVERFLOW,):
        return {OVERFLOW_ATTRIBUTE: True}
    return dict(zip(subscription.grouping.split("+"), key[2:], strict=True)) if len(key) > 2 else {}  # noqa: PLR2004
