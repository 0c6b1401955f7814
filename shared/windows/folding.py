"""From observations to tables: the one pass over a batch, which everything after it only merges."""

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from shared.measures.observations import Observations
from shared.sketches.summaries import Summaries
from shared.windows.table import SummaryTable, sorted_keys, table_of_codes


def fold(observations: Observations, item: NDArray[np.int64]) -> dict[int, SummaryTable]:
    """One table for each item code in `item` (one an event; -1 leaves the event out), its keys the observations' cells.

    All items are summarised in one sort, however many there are; each table is then a slice of it.
    """
    cells, measures = sorted_keys(observations.cells), sorted(observations.measures)
    cell = _ranks(observations.cells, cells)[observations.event_cell]
    per_item = max(len(cells) * len(measures), 1)
    code = (item * per_item + cell).take(observations.event)
    code += (_ranks(observations.measures, measures) * len(cells)).take(observations.measure)
    kept = slice(None) if item.min(initial=0) >= 0 else code >= 0
    codes, summaries = Summaries.of(code[kept], observations.value[kept])
    items, starts = np.unique(codes // per_item, return_index=True)
    slices = pairwise([*starts.tolist(), len(codes)])
    return {
        number: table_of_codes(
            cells, measures, (codes[start:end] - number * per_item, summaries.take(slice(start, end)))
        )
        for number, (start, end) in zip(items.tolist(), slices, strict=True)
    }


def _ranks(values: Sequence[Hashable], in_order: Iterable[Hashable]) -> NDArray[np.int64]:
    """For each value its place in the order."""
    place = {value: rank for rank, value in enumerate(in_order)}
    return np.array([place[value] for value in values], np.int64)
