"""From a grid to the series of an answer: which of them, in what order, and what stands beside each."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from functions.query.analysis_models import NamedQuery
from functions.query.expressions import Floats, Formula
from functions.query.filling import filled
from functions.query.gathering import OVERFLOWN
from functions.query.grid import Grid, Group
from functions.query.pages import page_of
from functions.query.selection import OVERFLOW_ATTRIBUTE
from shared.windows.table import sorted_keys

OTHERS: Final[Group] = ("\x00others",)
Json = dict[str, Any]


def chosen(query: NamedQuery, formula: Formula, grid: Grid, behind: Group) -> tuple[list[Group], bool]:
    """The top, or a page of groups in their order; and whether there are more pages."""
    if query.top is None:
        rest = [
            group
            for group in grid.groups
            if not behind or (group != behind and sorted_keys([group, behind])[0] == behind)
        ]
        return page_of(rest, query.limit)
    totals = _totals(formula, grid)
    rank = np.where(np.isnan(totals), np.inf, totals if query.order == "asc" else -totals)
    return [grid.groups[place] for place in np.argsort(rank, kind="stable")[: query.top].tolist()], False


def narrowed(grid: Grid, groups: Sequence[Group], *, others: bool) -> Grid:
    """Only these groups, in this order; `others`: and all the rest as one."""
    place = {group: number for number, group in enumerate(groups)}
    rest = len(groups) if others else -1
    into = np.array([place.get(group, rest) for group in grid.groups], np.int64)
    return grid.merged(into, [*groups, OTHERS] if others else list(groups))


def series(query: NamedQuery, formula: Formula, grid: Grid, before: Grid | None) -> list[Json]:
    """In the shape of `AnsweredSeries`."""
    lines = _lines(query, formula, grid)
    earlier = _lines(query, formula, before) if before else [None] * len(lines)
    return [
        {
            "dimensions": _dimensions(query, group),
            **line,
            "previous": previous,
            "change": _change(line["total"], previous["total"]) if previous else None,
        }
        for group, line, previous in zip(grid.groups, lines, earlier, strict=True)
    ]


def _lines(query: NamedQuery, formula: Formula, grid: Grid) -> list[Json]:
    values, totals = _values(query, formula, grid), _totals(formula, grid)
    return [{"values": row, "total": total} for row, total in zip(values.tolist(), totals.tolist(), strict=True)]


def _values(query: NamedQuery, formula: Formula, grid: Grid) -> Floats:
    shape = (len(grid.groups), grid.windows)
    return filled(np.broadcast_to(formula.value(grid.values), shape), query.fill)


def _totals(formula: Formula, grid: Grid) -> Floats:
    return np.broadcast_to(formula.value(grid.totals), len(grid.groups))


def _change(now: float, before: float) -> float | None:
    return (now - before) / abs(before) if before else None


def _dimensions(query: NamedQuery, group: Group) -> dict[str, str | bool | None]:
    if group == OTHERS:
        return {"others": True}
    if group == OVERFLOWN:
        return {OVERFLOW_ATTRIBUTE: True}
    return dict(zip(query.group_by, group, strict=True))
