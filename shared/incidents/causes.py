"""What caused an incident: its signals grouped by what they are about, the likeliest cause first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.incidents.correlation import Correlation, CorrelationType, saturating
from shared.incidents.rules.security_incident import most_frequent
from shared.incidents.scene import Scene
from shared.incidents.signal import PERFORMANCE, RANKS, SECURITY, Component, Signal, SignalKind

MOST_CAUSES = 10
EVERYTHING = "everything"
"""What the tenant's total is about."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A suspected cause: a kind of trouble at a component, or by whoever an indicator names."""

    kind: SignalKind
    about: str
    score: float
    since: datetime
    signals: int
    summary: str
    evidence: Mapping[str, float]


def suspected_causes(signals: Sequence[Signal], correlations: Sequence[Correlation], scene: Scene) -> list[Cause]:
    """The likeliest first, at most ten.

    The terms of a score, each in [0, 1], are weighed alike: it came first, its kind brings about the other kinds, it is
    grave and frequent, others depend on it (they call it, directly or not), and chains of cause begin with it.
    """
    groups = _by_subject(signals)
    heads = {found.signals[0].id for found in correlations if found.type is CorrelationType.CAUSAL_CHAIN}
    causes = [
        _cause(kind, about, group, _evidence(group, signals, heads, scene)) for (kind, about), group in groups.items()
    ]
    return sorted(causes, key=lambda cause: (-cause.score, cause.since, cause.about))[:MOST_CAUSES]


def _by_subject(signals: Sequence[Signal]) -> dict[tuple[SignalKind, str], list[Signal]]:
    groups: dict[tuple[SignalKind, str], list[Signal]] = {}
    attackers = [signal for signal in signals if signal.kind in SECURITY and signal.indicators]
    attacker = most_frequent(attackers)[0] if attackers else None
    for signal in signals:
        by_attacker = signal.kind in SECURITY and attacker in signal.indicators
        about = str(attacker) if by_attacker else _about(signal)
        groups.setdefault((signal.kind, about), []).append(signal)
    return groups


def _about(signal: Signal) -> str:
    if signal.components:
        return str(signal.components[0])
    return signal.indicators[0] if signal.indicators else signal.subject or EVERYTHING


def _cause(kind: SignalKind, about: str, group: Sequence[Signal], evidence: Mapping[str, float]) -> Cause:
    gravest = max(group, key=lambda signal: signal.severity)
    score = round(sum(evidence.values()) / len(evidence), 4)
    return Cause(kind, about, score, group[0].at, len(group), gravest.summary, evidence)


def _evidence(group: Sequence[Signal], signals: Sequence[Signal], heads: set[str], scene: Scene) -> dict[str, float]:
    span = (signals[-1].at - signals[0].at).total_seconds()
    return {
        "lead": (signals[-1].at - group[0].at).total_seconds() / span if span else 1.0,
        "kind": RANKS[group[0].kind],
        "severity": max(signal.severity for signal in group),
        "often": saturating(len(group), 2),
        "depended_on": _depended_on(group[0], signals, scene),
        "heads_chain": float(any(signal.id in heads for signal in group)),
    }


def _depended_on(signal: Signal, signals: Sequence[Signal], scene: Scene) -> float:
    """The share of the other components that hurt which call this one, directly or through others; times the share of
    those who call it that hurt, as who is at fault harms all of them.
    """
    if signal.kind not in PERFORMANCE or not signal.components:
        return 0.0
    own = signal.components[0]
    others = {other.components[0] for other in signals if other.kind in PERFORMANCE and other.components} - {own}
    callers = {caller for caller, callees in scene.callees.items() if own in callees}
    if not others or not callers:
        return 0.0
    explained = sum(_reaches(scene, other, own) for other in others) / len(others)
    return explained * len(callers & others) / len(callers)


def _reaches(scene: Scene, caller: Component, callee: Component) -> bool:
    reached, frontier = {caller}, [caller]
    while frontier:
        called = scene.callees.get(frontier.pop(), frozenset())
        frontier.extend(called - reached)
        reached |= called
    return callee in reached
