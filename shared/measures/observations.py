"""From events to observations: the columns of numbers that the windows fold.

Each event is read once, as a row of numbers; scaling, selecting and coding are numpy's. Columns would be read faster from
a few events, but of a batch of 10,000 each pass over the events comes from memory anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.events.event import Event
from shared.events.measured import WHOLE, MeasuredEvent
from shared.measures.measure import measure_named
from shared.measures.table import MEASURED, Measured, Spread

DIMENSIONS = ("model", "provider", "source_module", "environment", "team")
Cell = tuple[str | None, ...]
Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Column = tuple[str, Ints, Floats]


@dataclass(frozen=True, eq=False, slots=True)
class Observations:
    """A batch of N events in K cells with M observations of Q measures.

    `event_cell[n]` is the cell of event n; observation m says that event `event[m]` has the stored (fixed-point) value
    `value[m]` of measure `measure[m]`. A cell is (tenant, model, provider, source_module, environment, team).
    """

    cells: tuple[Cell, ...]
    measures: tuple[str, ...]
    event_cell: Ints
    event: Ints
    measure: Ints
    value: NDArray[np.int64]


class _Codes(dict[Any, int]):
    """Numbers what it is asked for, in the order of the first time."""

    def __missing__(self, key: Any) -> int:
        code = self[key] = len(self)
        return code


def observe(events: Sequence[Event | MeasuredEvent], tenants: Sequence[str]) -> Observations:
    """All observations of a batch; `tenants` names the tenant of each event. Every event is counted once as `events`."""
    cells = _Codes()
    event_cell = np.zeros(len(events), np.int32)
    columns: list[Column] = [("events", np.arange(len(events), dtype=np.int32), np.ones(len(events)))]
    leaves = [event.payload.data for event in events]
    for kind, rows in _rows_by_kind(leaves).items():
        measured, index = MEASURED[WHOLE.get(kind, kind)], np.array(rows, np.int32)
        own = [leaves[row] for row in rows]
        of_rows = zip([tenants[row] for row in rows], [events[row] for row in rows], own, strict=True)
        event_cell[index] = _cell_codes(cells, measured, of_rows)
        columns += _columns(measured, own, index)
    return _assembled(tuple((*cell[:3], str(cell[3]), *cell[4:]) for cell in cells), event_cell, columns)


def _rows_by_kind(leaves: list[Any]) -> dict[type, list[int]]:
    rows: defaultdict[type, list[int]] = defaultdict(list)
    for row, kind in enumerate(map(type, leaves)):
        rows[kind].append(row)
    return rows


def _cell_codes(
    cells: _Codes, measured: Measured, of_rows: Iterable[tuple[str, Event | MeasuredEvent, Any]]
) -> list[int]:
    """The cell of each row; in one expression, as a generator's frame for each row costs a fifth more."""
    return [
        cells[
            tenant,
            model,
            provider,
            event.source_module,
            event.environment,
            event.tags.get("team") if team is None else team,
        ]
        for tenant, event, leaf in of_rows
        for model, provider, team in (measured.labels(leaf),)
    ]


def _columns(measured: Measured, leaves: list[Any], index: Ints) -> Iterator[Column]:
    for name in measured.counts:
        yield name, index, np.ones(len(index))
    width = len(measured.values)
    numbers = np.fromiter(chain.from_iterable(map(measured.read, leaves)), np.float64, len(leaves) * width)
    for name, column in zip(measured.values, numbers.reshape(-1, width).T if width else (), strict=True):
        yield name, *_seen(column, index)
    if measured.custom is not None:
        yield from _custom_columns(list(map(measured.custom, leaves)), index)
    if measured.spread is not None:
        yield from _spread_columns(list(map(measured.spread, leaves)), index)


def _custom_columns(metrics: list[Mapping[str, float]], index: Ints) -> Iterator[Column]:
    for name in sorted(set().union(*metrics)):
        numbers = np.fromiter((own.get(name) for own in metrics), np.float64, len(index))
        yield name, *_seen(numbers, index)


def _spread_columns(spreads: list[Iterable[Spread]], index: Ints) -> Iterator[Column]:
    """One observation for each that was seen, so that they merge with all others of the measure."""
    columns: defaultdict[str, list[tuple[int, float, int]]] = defaultdict(list)
    for event, spread in zip(index.tolist(), spreads, strict=True):
        for name, value, count in spread:
            columns[name].append((event, value, count))
    for name, shares in sorted(columns.items()):
        events, values, counts = zip(*shares, strict=True)
        yield name, np.repeat(np.array(events, np.int32), counts), np.repeat(np.array(values, np.float64), counts)


def _seen(numbers: Floats, index: Ints) -> tuple[Ints, Floats]:
    """What was reported, and by which events. An event holds no NaN, so a NaN here was None."""
    seen = ~np.isnan(numbers)
    return index[seen], numbers[seen]


def _assembled(cells: tuple[Cell, ...], event_cell: Ints, columns: list[Column]) -> Observations:
    codes = _Codes()
    measure = [np.full(len(rows), codes[name], np.int32) for name, rows, _ in columns]
    value = [np.rint(numbers * measure_named(name).scale).astype(np.int64) for name, _, numbers in columns]
    return Observations(
        cells=cells,
        measures=tuple(codes),
        event_cell=event_cell,
        event=np.concatenate([rows for _, rows, _ in columns]),
        measure=np.concatenate(measure),
        value=np.concatenate(value),
    )
