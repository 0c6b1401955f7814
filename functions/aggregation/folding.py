"""Summaries of a batch's events: observed once, folded for all items in one pass."""

from collections.abc import Sequence

import numpy as np

from functions.aggregation.arrivals import Rows
from shared.events.measured import MeasuredEvent
from shared.measures.observations import observe
from shared.windows.folding import fold
from shared.windows.table import SummaryTable

_LEFT_OUT = -1


class Folding:
    """`planned` has the rows that each item is expected to need. What turns out to be fewer is folded on its own."""

    def __init__(self, events: Sequence[MeasuredEvent], tenants: Sequence[str], planned: Sequence[Rows]) -> None:
        rows = np.concatenate([np.empty(0, dtype=np.int64), *planned])
        self._observations = observe([events[row] for row in rows.tolist()], [tenants[row] for row in rows.tolist()])
        self._place = np.full(len(events), _LEFT_OUT)
        self._place[rows] = np.arange(len(rows))
        self._planned = [len(some) for some in planned]
        self._tables = fold(self._observations, np.repeat(np.arange(len(planned)), self._planned))

    def table(self, item: int, rows: Rows) -> SummaryTable:
        """The summaries of these rows, which are among those planned for the item."""
        if len(rows) == self._planned[item]:
            return self._tables.get(item, SummaryTable.empty())
        chosen = np.full(sum(self._planned), _LEFT_OUT)
        chosen[self._place[rows]] = 0
        return fold(self._observations, chosen).get(0, SummaryTable.empty())
