"""A slowdown or failure that spreads along the graph of calls."""

from collections.abc import Hashable, Iterator

from shared.incidents.correlation import Finding, saturating
from shared.incidents.linking import linked
from shared.incidents.scene import Scene
from shared.incidents.signal import PERFORMANCE, Component, Signal

LEAST_COMPONENTS = 2


def degradations(scene: Scene) -> Iterator[Finding]:
    """Unusual latency, errors or saturation of at least two components of which one calls the other."""
    slow = scene.only(lambda signal: signal.kind in PERFORMANCE and signal.is_anomaly)
    hurt = {signal.components[0] for signal in slow if signal.components}
    for group in linked(slow, lambda signal: _edges(scene, signal, hurt)):
        components = sorted({signal.components[0] for signal in group})
        if len(components) < LEAST_COMPONENTS:
            continue
        yield Finding(
            group,
            weight=saturating(len(components), 2),
            confidence=max(signal.severity for signal in group),
            reason=f"{group[0].clause} spread to {len(components) - 1} more: {_names(components)}",
            evidence={"components": len(components)},
        )


def _edges(scene: Scene, signal: Signal, hurt: set[Component]) -> Iterator[Hashable]:
    """The calls between this component and others that hurt: two that share one are neighbours."""
    for component in signal.components[:1]:
        yield component
        for other in hurt:
            if scene.adjacent(component, other):
                yield frozenset((component, other))


def _names(components: list[Component]) -> str:
    return ", ".join(str(component) for component in components)
