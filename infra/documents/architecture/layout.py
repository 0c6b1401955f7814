"""Where the boxes of a graph stand: in rows, so that arrows point down, and in the row where arrows cross little.

Sugiyama, Tagawa and Toda, Methods for Visual Understanding of Hierarchical System Structures (1981): layers by the
longest path, points in between for long arrows, order by the mean place of neighbours.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum

Arrow = tuple[str, str]
SWEEPS = 24


@dataclass(frozen=True, slots=True)
class Layout:
    """Row and place of each box (the unit is the least distance of two in a row), and what each arrow passes through."""

    row: Mapping[str, int]
    place: Mapping[str, float]
    ways: Mapping[Arrow, Sequence[str]]


def laid_out(names: Iterable[str], arrows: Iterable[Arrow]) -> Layout:
    """Any graph; one with circles has some arrows that point up.

    >>> found = laid_out("abc", [("a", "b"), ("b", "c"), ("a", "c")])
    >>> dict(found.row)["c"], len(found.ways["a", "c"])
    (2, 3)
    """
    names, arrows = sorted(names), sorted(arrows)
    row = _rows(names, arrows)
    ways = {arrow: _way(arrow, row) for arrow in arrows}
    for way in ways.values():
        step = 1 if row[way[-1]] > row[way[0]] else -1
        row |= {point: row[way[0]] + step * number for number, point in enumerate(way) if number}
    return Layout(row, _places(row, ways.values()), ways)


def _rows(names: Sequence[str], arrows: Sequence[Arrow]) -> dict[str, int]:
    """By the longest way to a box; a chain that nothing else leads to stands right above what it leads to."""
    down = _without_circles(arrows)
    row = dict.fromkeys(names, 0)
    for _ in names:
        for start, end in down:
            row[end] = max(row[end], row[start] + 1)
    for name in sorted(names, key=lambda name: (-row[name], name)):
        below = [row[end] for start, end in down if start == name]
        if below and _stands_alone(name, down):
            row[name] = min(below) - 1
    return row


def _stands_alone(name: str, arrows: Sequence[Arrow]) -> bool:
    above = {start for start, end in arrows if end == name}
    return all(start not in above or end == name for start, end in arrows) and not any(
        end in above for _, end in arrows
    )


def _without_circles(arrows: Sequence[Arrow]) -> list[Arrow]:
    kept: list[Arrow] = []
    for start, end in arrows:
        if start not in _reached(end, kept):
            kept.append((start, end))
    return kept


def _reached(name: str, arrows: Sequence[Arrow]) -> set[str]:
    found, left = {name}, [name]
    while left:
        at = left.pop()
        new = {end for start, end in arrows if start == at} - found
        found |= new
        left += sorted(new)
    return found


def _way(arrow: Arrow, row: Mapping[str, int]) -> list[str]:
    """The arrow's ends, and a point in every row between them."""
    start, end = arrow
    between = range(1, abs(row[end] - row[start]))
    return [start, *(f"{start}>{end}:{number}" for number in between), end]


def _places(row: Mapping[str, int], ways: Iterable[Sequence[str]]) -> dict[str, float]:
    neighbours: dict[str, list[str]] = {name: [] for name in row}
    for way in ways:
        for one, other in pairwise(way):
            neighbours[one].append(other)
            neighbours[other].append(one)
    lines = [[name for name in sorted(row) if row[name] == number] for number in sorted(set(row.values()))]
    place = {name: number - len(line) / 2 for line in lines for number, name in enumerate(line)}
    for sweep in range(SWEEPS):
        for line in lines if sweep % 2 == 0 else reversed(lines):
            _settle(line, place, neighbours)
    return place


def _settle(line: list[str], place: dict[str, float], neighbours: Mapping[str, Sequence[str]]) -> None:
    """Each as near to the mean of its neighbours as the others let it, in the order of those means."""
    wanted = {
        name: fsum(place[other] for other in neighbours[name]) / len(neighbours[name])
        if neighbours[name]
        else place[name]
        for name in line
    }
    line.sort(key=lambda name: (wanted[name], name))
    from_left, from_right = _packed(line, wanted, 1), _packed(line[::-1], wanted, -1)
    place |= {name: (from_left[name] + from_right[name]) / 2 for name in line}


def _packed(line: Sequence[str], wanted: Mapping[str, float], side: int) -> dict[str, float]:
    """Where each wants to be, or pushed on by the one before it."""
    packed: dict[str, float] = {}
    before: float | None = None
    for name in line:
        at = wanted[name] * side
        before = at if before is None else max(at, before + _width(name))
        packed[name] = before * side
    return packed


def _width(name: str) -> float:
    """A point of an arrow needs less room than a box."""
    return 0.45 if ">" in name else 1.0
