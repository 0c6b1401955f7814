"""Security signals that form one attack: they share a user, an address, a key or another indicator."""

from collections.abc import Iterator
from datetime import timedelta

from shared.incidents.correlation import Finding, saturating
from shared.incidents.gathering import Gathering, gatherings
from shared.incidents.scene import Scene
from shared.incidents.signal import SECURITY, Signal, SignalKind

WITHIN = timedelta(minutes=15)
LEAST_WEIGHT = 1.5
"""The severities of an attack's signals add up to at least this: slight ones need to be many."""
LEAST_SIGNALS = 3


def attacks(scene: Scene) -> Iterator[Finding]:
    concerned = scene.only(_concerns)
    for found in gatherings(concerned, lambda signal: signal.indicators, WITHIN, LEAST_SIGNALS):
        security = [signal for signal in found.signals if signal.kind in SECURITY]
        if len(security) >= LEAST_SIGNALS and sum(signal.severity for signal in security) >= LEAST_WEIGHT:
            yield _finding(found, len(security))


def _concerns(signal: Signal) -> bool:
    """Security's own, and the breaches of policy that an attacker leaves behind."""
    return signal.kind in SECURITY or (signal.kind is SignalKind.POLICY and bool(signal.indicators))


def _finding(found: Gathering, security: int) -> Finding:
    return Finding(
        found.signals,
        weight=saturating(security, 4),
        confidence=1 - found.chance,
        reason=f"{len(found.signals)} security signals lead to {found.indicator.replace(':', ' ', 1)}",
        evidence={"indicator": found.indicator, "signals_with_it": found.times, "p": found.chance},
    )


def most_frequent(group: list[Signal]) -> tuple[str, int]:
    """The indicator that most of the signals carry, and how many do."""
    counts: dict[str, int] = {}
    for signal in group:
        for indicator in set(signal.indicators):
            counts[indicator] = counts.get(indicator, 0) + 1
    return max(counts.items(), key=lambda item: (item[1], item[0]))
