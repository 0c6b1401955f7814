"""Groups of signals that hang together by what they share."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import timedelta

from shared.incidents.signal import Signal


class Forest:
    """Disjoint sets of the numbers 0..n-1 (Tarjan, 1975)."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def root(self, member: int) -> int:
        while self.parent[member] != member:
            self.parent[member] = self.parent[self.parent[member]]
            member = self.parent[member]
        return member

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self.parent[second] = first

    def groups(self) -> list[list[int]]:
        """The sets of two or more, each in ascending order, by their least member."""
        members: dict[int, list[int]] = {}
        for member in range(len(self.parent)):
            members.setdefault(self.root(member), []).append(member)
        return [group for group in members.values() if len(group) > 1]


def linked(
    signals: Sequence[Signal],
    keys: Callable[[Signal], Iterable[Hashable]],
    gap: Callable[[Signal], timedelta] = lambda signal: signal.reach,
) -> list[list[Signal]]:
    """Groups in which each signal shares a key with one before it, no further away than the longer of the two's `gap`.

    `signals` in order of time.
    """
    forest = Forest(len(signals))
    latest: dict[Hashable, int] = {}
    for place, signal in enumerate(signals):
        for key in keys(signal):
            before = latest.get(key)
            if before is not None and signal.at - signals[before].at <= max(gap(signal), gap(signals[before])):
                forest.join(before, place)
            latest[key] = place
    return [[signals[place] for place in group] for group in forest.groups()]
