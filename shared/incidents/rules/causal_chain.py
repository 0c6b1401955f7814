"""One event brings about another: said by ids within a minute, or by series of which one foretells the other."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import permutations

from shared.incidents.causality import granger
from shared.incidents.correlation import Finding, saturating
from shared.incidents.linking import linked
from shared.incidents.scene import Scene, SeriesKey
from shared.incidents.signal import RANKS, Signal
from shared.incidents.tails import discoveries

WITHIN = timedelta(seconds=60)
GRAVE = 0.5
FALSE_DISCOVERIES = 0.01


def causal_chains(scene: Scene) -> Iterator[Finding]:
    yield from _by_ids(scene)
    yield from _by_series(scene)


def _by_ids(scene: Scene) -> Iterator[Finding]:
    """A signal that names another as its parent, and what else happened in the same trace at that time."""
    known = {signal.id: signal for signal in scene.signals}
    for group in linked(scene.signals, lambda signal: _ids(signal, known), lambda _: WITHIN):
        named = sum(_parent(signal, known) is not None for signal in group)
        seconds = (group[-1].at - group[0].at).total_seconds()
        yield Finding(
            group,
            weight=0.5 * named / (len(group) - 1) + 0.5 * saturating(len(group), 3),
            confidence=named / (len(group) - 1),
            reason=f"{group[0].clause} brought about {group[-1].clause} {seconds:.0f} s later",
            evidence={"by": "ids", "named_parents": named},
        )


def _ids(signal: Signal, known: Mapping[str, Signal]) -> Iterator[str]:
    yield signal.id
    parent = _parent(signal, known)
    if parent is not None:
        yield parent.id


def _parent(signal: Signal, known: Mapping[str, Signal]) -> Signal | None:
    """The trouble that brought this about: not slight, not later, and of a kind that can bring about this kind."""
    parent = known.get(signal.parent_id or "")
    if parent is None or parent.severity < GRAVE or parent.at > signal.at or RANKS[parent.kind] < RANKS[signal.kind]:
        return None
    return parent


def _by_series(scene: Scene) -> Iterator[Finding]:
    anomalies = _with_series(scene)
    pairs = [(one, other) for one, other in permutations(anomalies, 2) if _may_cause(scene, one, other)]
    chances = [granger(scene.series[one], scene.series[other], scene.driver_of(one, other)) for one, other in pairs]
    for (one, other), chance, stands in zip(pairs, chances, discoveries(chances, FALSE_DISCOVERIES), strict=True):
        cause, effect = anomalies[one], anomalies[other]
        if stands and cause.at <= effect.at:
            yield Finding(
                [cause, effect],
                weight=0.5,
                confidence=1 - chance,
                reason=f"{cause.clause} foretold {effect.clause}",
                evidence={"by": "granger", "p": chance},
            )


def _with_series(scene: Scene) -> dict[SeriesKey, Signal]:
    """The gravest anomalies whose series are known, the first of each series."""
    found: dict[SeriesKey, Signal] = {}
    for signal in sorted(scene.only(lambda signal: signal.is_anomaly), key=lambda signal: -signal.severity):
        for component in signal.components[:1]:
            if (signal.kind, component) in scene.series:
                found.setdefault((signal.kind, component), signal)
    return found


def _may_cause(scene: Scene, one: SeriesKey, other: SeriesKey) -> bool:
    """Only what the graph or a common component joins: else many pairs are tested for nothing."""
    return one[1] == other[1] or scene.adjacent(one[1], other[1])
