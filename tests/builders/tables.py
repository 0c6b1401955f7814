"""Observations and tables, valid by default."""

from collections.abc import Mapping, Sequence

import numpy as np

from shared.measures.observations import Cell, Observations
from shared.windows.folding import fold
from shared.windows.table import SummaryTable


def cell(
    model: str | None = "gpt-4o",
    *,
    tenant: str = "acme",
    provider: str | None = "openai",
    source_module: str = "llm-gateway",
    team: str | None = "search",
) -> Cell:
    return (tenant, model, provider, source_module, "production", team)


def observations(events: Sequence[tuple[Cell, Mapping[str, int]]]) -> Observations:
    """Events as (cell, what it measures); each is counted as an event too."""
    cells = tuple(dict.fromkeys(where for where, _ in events))
    measured = [{"events": 1, **values} for _, values in events]
    measures = tuple(dict.fromkeys(name for values in measured for name in values))
    flat = [
        (event, measures.index(name), value) for event, values in enumerate(measured) for name, value in values.items()
    ]
    event, measure, value = np.array(flat, np.int64).reshape(-1, 3).T
    return Observations(
        cells=cells,
        measures=measures,
        event_cell=np.array([cells.index(where) for where, _ in events], np.int32),
        event=event.astype(np.int32),
        measure=measure.astype(np.int32),
        value=value.copy(),
    )


def table(*events: tuple[Cell, Mapping[str, int]]) -> SummaryTable:
    """The table of these events."""
    return fold(observations(events), np.zeros(len(events), np.int64)).get(0, SummaryTable.empty())
