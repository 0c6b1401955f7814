"""Signals that tell a story, and the incident that they make."""

from typing import Any

from shared.incidents.correlate import correlate
from shared.incidents.incident import Incident, incidents_of
from shared.incidents.scene import Scene
from shared.incidents.signal import Signal, SignalKind, in_order
from tests.builders.signals import MODEL, TEAM, a_signal


def a_wave(first: int = 0, last: int = 6, who: str = "user:ann", *, seconds: float = 0) -> list[Signal]:
    """Prompt injections by one user, one in forty seconds."""
    fields: dict[str, Any] = {"kind": SignalKind.THREAT, "indicators": (who,), "severity": 0.75}
    return [a_signal(f"{who} {n}", seconds=seconds + 40 * n, **fields) for n in range(first, last)]


def a_bill() -> list[Signal]:
    """More tokens, and then more cost."""
    return [
        a_signal("tokens", seconds=300, kind=SignalKind.TOKENS, is_anomaly=True, components=(MODEL, TEAM)),
        a_signal("cost", seconds=600, kind=SignalKind.COST, is_anomaly=True, magnitude=70.0, severity=1.0),
    ]


def told(signals: list[Signal], scene: Scene | None = None) -> list[Incident]:
    scene = Scene(in_order(signals), scene.callees if scene else {})
    return incidents_of(correlate(scene), scene)


def an_incident(who: str = "ann", *, seconds: float = 0) -> Incident:
    (incident,) = told(a_wave(who=f"user:{who}", seconds=seconds))
    return incident
