"""Money that was spent because of something operational: load, slowness, errors, a change."""

from collections.abc import Iterator
from datetime import timedelta

from shared.incidents.correlation import Finding
from shared.incidents.dollars import additional_dollars
from shared.incidents.scene import Scene
from shared.incidents.signal import LOAD, MONEY, PERFORMANCE, Component, Signal, SignalKind, in_order

BEFORE = timedelta(minutes=30)
"""How long a change may take to show in the bill, or the bill in a budget. What is unusual at once may be told in either
order.
"""
GRAVE = 0.5
OPERATIONAL = LOAD | PERFORMANCE


def cost_impacts(scene: Scene) -> Iterator[Finding]:
    """One finding for each cause of unusual cost, with every money signal that it explains; a budget joins, but alone
    it says only that a month goes on.
    """
    money = scene.only(lambda signal: signal.kind in MONEY and signal.severity >= GRAVE)
    causes = scene.only(lambda signal: signal.kind is SignalKind.CHANGE or _is_unusual(signal))
    explained: dict[str, list[Signal]] = {}
    for spent in money:
        for cause in _causes(spent, causes):
            explained.setdefault(spent.id, []).append(cause)
    for group in _groups(money, explained):
        if any(signal.is_anomaly for signal in group if signal.kind in MONEY):
            yield _finding(group)


def _is_unusual(signal: Signal) -> bool:
    return signal.kind in OPERATIONAL and signal.is_anomaly


def _causes(spent: Signal, causes: list[Signal]) -> list[Signal]:
    """What happened shortly before to a component that the money went to; a change, if it was of that component itself."""
    return [cause for cause in causes if _is_near(spent, cause) and set(spent.components) & set(_changed_or_all(cause))]


def _is_near(spent: Signal, cause: Signal) -> bool:
    if cause.kind is SignalKind.CHANGE or spent.kind is SignalKind.BUDGET:
        return timedelta() <= spent.at - cause.at <= BEFORE
    return abs(spent.at - cause.at) <= max(spent.reach, cause.reach)


def _changed_or_all(cause: Signal) -> tuple[Component, ...]:
    return cause.components[:1] if cause.kind is SignalKind.CHANGE else cause.components


def _groups(money: list[Signal], explained: dict[str, list[Signal]]) -> Iterator[list[Signal]]:
    """Money signals with a common cause are one group."""
    groups: list[dict[str, Signal]] = []
    for spent in (signal for signal in money if signal.id in explained):
        members = {signal.id: signal for signal in (spent, *explained[spent.id])}
        touching = [group for group in groups if group.keys() & members.keys()]
        for group in touching:
            members |= group
            groups.remove(group)
        groups.append(members)
    yield from (in_order(group.values()) for group in groups)


def _finding(group: list[Signal]) -> Finding:
    money = [signal for signal in group if signal.kind in MONEY]
    causes = [signal for signal in group if signal.kind not in MONEY]
    shared = set(money[0].components) & set(causes[0].components)
    return Finding(
        group,
        weight=max(signal.severity for signal in money),
        confidence=min(1.0, 0.5 + 0.25 * len(shared) + (0.25 if causes[0].at <= money[0].at else 0.0)),
        reason=f"{money[0].clause}, with {causes[0].clause}",
        evidence={"additional_cost_usd": additional_dollars(money), "shared_components": len(shared)},
    )
