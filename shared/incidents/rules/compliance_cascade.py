"""One breach of a rule that leads to others: of other policies or frameworks, by the same user, resource or trace."""

from collections.abc import Iterator
from datetime import timedelta

from shared.incidents.correlation import Finding, saturating
from shared.incidents.gathering import gatherings
from shared.incidents.scene import Scene
from shared.incidents.signal import RULES, Signal, SignalKind

LEAST_SUBJECTS = 2
LEAST_SIGNALS = 3
WITHIN = timedelta(minutes=30)
CONCERNED = RULES | {SignalKind.PRIVACY}


def cascades(scene: Scene) -> Iterator[Finding]:
    """Three breaches or more, of at least two subjects (policies, frameworks)."""
    breaches = scene.only(lambda signal: signal.kind in CONCERNED)
    for found in gatherings(breaches, _keys, WITHIN, LEAST_SIGNALS):
        subjects = sorted({signal.subject for signal in found.signals if signal.subject is not None})
        if len(subjects) >= LEAST_SUBJECTS:
            yield Finding(
                found.signals,
                weight=saturating(len(found.signals), 3),
                confidence=saturating(len(subjects), 1),
                reason=f"{found.signals[0].clause} was followed by breaches of {', '.join(subjects[:4])}",
                evidence={"subjects": len(subjects), "p": found.chance},
            )


def _keys(signal: Signal) -> Iterator[str]:
    yield from signal.indicators
    if signal.correlation_id is not None:
        yield f"trace:{signal.correlation_id}"
