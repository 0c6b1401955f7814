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


def series(query: NamedQuery, formula: Formula, groups: Sequence[Group], grid: Grid, before: Grid | None) -> list[Json]:
    """In the shape of `AnsweredSeries`; where the query asks for others, one more for all that is not in `groups`."""
    with_others = query.others and len(groups) < len(grid.groups)
    lines = _lines(query, formula, grid, groups, others=with_others)
    earlier = _lines(query, formula, before, groups, others=with_others) if before else [None] * len(lines)
    return [
        {
            "dimensions": _dimensions(query, group),
            **line,
            "previous": previous,
            "change": _change(line["total"], previous["total"]) if previous else None,
        }
        for group, line, previous in zip([*groups, *([OTHERS] if with_others else [])], lines, earlier, strict=True)
    ]


def _lines(query: NamedQuery, formula: Formula, grid: Grid, groups: Sequence[Group], *, others: bool) -> list[Json]:
    """Of these groups, and of all others as one; NaN for a group that the grid does not have."""
    place = {group: number for number, group in enumerate(grid.groups)}
    rows = [place.get(group, len(grid.groups)) for group in groups]
    values = np.vstack([_values(query, formula, grid), filled(np.full((1, grid.windows), np.nan), query.fill)])[rows]
    totals = np.append(_totals(formula, grid), np.nan)[rows]
    lines = [{"values": row, "total": total} for row, total in zip(values.tolist(), totals.tolist(), strict=True)]
    if not others:
        return lines
    rest = [-1 if group in groups else 0 for group in grid.groups]
    return lines + _lines(query, formula, grid.merged(np.array(rest, np.int64), [OTHERS]), [OTHERS], others=False)


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
