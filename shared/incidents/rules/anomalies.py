"""Several series that are unusual at once and have to do with each other."""

from collections.abc import Hashable, Iterator

from shared.incidents.correlation import Finding, saturating
from shared.incidents.linking import linked
from shared.incidents.scene import Scene
from shared.incidents.signal import Signal

LEAST_SERIES = 2


def joint_anomalies(scene: Scene) -> Iterator[Finding]:
    """Anomalies of at least two kinds or components, joined by a storm, a component or a call from one to the other."""
    anomalies = scene.only(lambda signal: signal.is_anomaly)
    for group in linked(anomalies, lambda signal: _neighbourhood(scene, signal)):
        series = {(signal.kind, signal.components[:1]) for signal in group}
        if len(series) < LEAST_SERIES:
            continue
        kinds = ", ".join(sorted({f"{signal.kind}" for signal in group}))
        yield Finding(
            group,
            weight=saturating(len(series), 2),
            confidence=max(signal.severity for signal in group),
            reason=f"{len(series)} series ({kinds}) were unusual together",
            evidence={"series": len(series)},
        )


def _neighbourhood(scene: Scene, signal: Signal) -> Iterator[Hashable]:
    """Its storm, what it is about, and the calls of that."""
    yield signal.correlation_id or signal.id
    for component in signal.components:
        yield component
        yield from ((component, callee) for callee in scene.callees.get(component, ()))
        yield from ((caller, component) for caller, callees in scene.callees.items() if component in callees)
