"""Security signals that form one attack: they share a user, an address, a key or another indicator."""

from collections.abc import Iterator
from datetime import timedelta

from shared.incidents.correlation import Finding, saturating
from shared.incidents.linking import linked
from shared.incidents.scene import Scene
from shared.incidents.signal import SECURITY, Signal, SignalKind

WITHIN = timedelta(minutes=15)
LEAST_WEIGHT = 1.5
"""The severities of an attack's signals add up to at least this: one alone, or two slight ones, are none."""
LEAST_SIGNALS = 3
"""That carry the same indicator: chains of two that share an address and two that share a user lead to nobody."""


def attacks(scene: Scene) -> Iterator[Finding]:
    concerned = scene.only(_concerns)
    for group in linked(concerned, lambda signal: signal.indicators, WITHIN):
        security = [signal for signal in group if signal.kind in SECURITY]
        indicator, times = most_frequent(group)
        if times >= LEAST_SIGNALS and sum(signal.severity for signal in security) >= LEAST_WEIGHT:
            yield _finding(group, security, indicator, times)


def _concerns(signal: Signal) -> bool:
    """Security's own, and the breaches of policy that an attacker leaves behind."""
    return signal.kind in SECURITY or (signal.kind is SignalKind.POLICY and bool(signal.indicators))


def _finding(group: list[Signal], security: list[Signal], indicator: str, times: int) -> Finding:
    return Finding(
        group,
        weight=saturating(len(security), 4),
        confidence=times / len(group),
        reason=f"{len(group)} security signals lead to {indicator.replace(':', ' ', 1)}",
        evidence={"indicator": indicator, "signals_with_it": times},
    )


def most_frequent(group: list[Signal]) -> tuple[str, int]:
    """The indicator that most of the signals carry, and how many do."""
    counts: dict[str, int] = {}
    for signal in group:
        for indicator in set(signal.indicators):
            counts[indicator] = counts.get(indicator, 0) + 1
    return max(counts.items(), key=lambda item: (item[1], item[0]))
