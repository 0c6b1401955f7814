"""Incidents: correlations that hang together are one story, told once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

from shared.incidents.causes import Cause, suspected_causes
from shared.incidents.correlation import Correlation, CorrelationType
from shared.incidents.impact import Impact, impact_of
from shared.incidents.linking import Forest
from shared.incidents.scene import Scene
from shared.incidents.signal import ComponentKind, Signal, in_order

QUIET = timedelta(minutes=30)
"""An incident without a new signal for so long is over."""
LEAST_SEVERITY = 0.5
MOST_SIGNALS = 500
MOST_OPEN = 100
SPECIFIC = frozenset({ComponentKind.MODEL, ComponentKind.SERVICE, ComponentKind.TOOL, ComponentKind.TEAM})


class IncidentStatus(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Incident:
    """One story of one tenant: its signals in order (the time line), why they belong together, and what caused it."""

    id: str
    tenant: str
    status: IncidentStatus
    title: str
    opened_at: datetime
    last_signal_at: datetime
    signals: tuple[Signal, ...]
    correlations: tuple[Correlation, ...]
    causes: tuple[Cause, ...]
    impact: Impact
    resolved_at: datetime | None = None
    merged_into: str | None = None

    def resolved(self, now: datetime) -> "Incident":
        return replace(self, status=IncidentStatus.RESOLVED, resolved_at=now)

    def merged(self, into: "Incident") -> "Incident":
        return replace(self, status=IncidentStatus.MERGED, merged_into=into.id, resolved_at=into.opened_at)


def incidents_of(correlations: Sequence[Correlation], scene: Scene) -> list[Incident]:
    """The stories that these correlations tell, the gravest first; at most `MOST_OPEN`."""
    stories = [_incident(group, scene) for group in _stories(correlations) if _is_grave(group)]
    return sorted(stories, key=lambda story: (-story.impact.score, story.id))[:MOST_OPEN]


def continued(stories: Sequence[Incident], known: Sequence[Incident], now: datetime) -> list[Incident]:
    """What becomes of the incidents that are known, given the stories as they are told now.

    A story that shares a signal with an incident is that incident, grown; one that shares with several is the oldest of
    them, and the others are merged into it. What nothing was added to for `QUIET` is resolved, and opened again only by
    a new signal. The answer holds only what changed, and is the same however often it is asked.
    """
    before = {incident.id: incident for incident in known if incident.status is not IncidentStatus.MERGED}
    current = dict(before)
    for story in stories:
        same = _same(story, current.values())
        if same and not _is_newer(story, same[0]):
            continue
        grown = replace(story, id=same[0].id, opened_at=same[0].opened_at) if same else story
        current |= {other.id: other.merged(grown) for other in same[1:]} | {grown.id: grown}
    return [
        _settled(incident, now) for incident in current.values() if before.get(incident.id) != _settled(incident, now)
    ]


def _same(story: Incident, known: Iterable[Incident]) -> list[Incident]:
    """The incidents that tell of a signal of this story, the oldest first."""
    ids = {signal.id for signal in story.signals}
    sharing = [incident for incident in known if not ids.isdisjoint(signal.id for signal in incident.signals)]
    return sorted(sharing, key=lambda incident: (incident.opened_at, incident.id))


def _is_newer(story: Incident, known: Incident) -> bool:
    return known.status is IncidentStatus.OPEN or story.last_signal_at > known.last_signal_at


def _settled(incident: Incident, now: datetime) -> Incident:
    is_over = incident.status is IncidentStatus.OPEN and now - incident.last_signal_at > QUIET
    return incident.resolved(now) if is_over else incident


def _stories(correlations: Sequence[Correlation]) -> list[list[Correlation]]:
    """Correlations that share a signal, or that share what they are about and are near in time."""
    forest = Forest(len(correlations))
    latest: dict[object, int] = {}
    for place in sorted(
        range(len(correlations)), key=lambda place: (correlations[place].start, correlations[place].id)
    ):
        found = correlations[place]
        for key in _keys(found):
            before = latest.get(key)
            if before is not None and (isinstance(key, str) or _is_near(correlations[before], found)):
                forest.join(before, place)
            if before is None or found.end >= correlations[before].end:
                latest[key] = place
    alone = [[place] for place in range(len(correlations)) if forest.root(place) == place]
    groups = {group[0]: group for group in forest.groups()}
    return [[correlations[place] for place in groups.get(single[0], single)] for single in alone]


def _is_near(before: Correlation, found: Correlation) -> bool:
    return found.start - before.end <= max(signal.reach for signal in (*before.signals, *found.signals))


def _keys(found: Correlation) -> set[object]:
    signals: set[object] = {signal.id for signal in found.signals}
    components = {
        component for signal in found.signals for component in signal.components if component.kind in SPECIFIC
    }
    indicators = {("indicator", indicator) for signal in found.signals for indicator in signal.indicators}
    return signals | components | indicators


def _is_grave(group: Sequence[Correlation]) -> bool:
    """Streams that merely come together, and slight signals, are worth a look but no incident."""
    meant = [found for found in group if found.type is not CorrelationType.TEMPORAL]
    return any(signal.severity >= LEAST_SEVERITY for found in meant for signal in found.signals)


def _incident(group: Sequence[Correlation], scene: Scene) -> Incident:
    signals = in_order(signal for found in group for signal in found.signals)[-MOST_SIGNALS:]
    ordered = tuple(sorted(group, key=lambda found: (-found.strength, found.id)))
    causes = suspected_causes(signals, ordered, scene)
    first = signals[0]
    return Incident(
        id=_id(first),
        tenant=first.tenant,
        status=IncidentStatus.OPEN,
        title=_title(signals, causes),
        opened_at=first.at,
        last_signal_at=signals[-1].at,
        signals=tuple(signals),
        correlations=ordered,
        causes=tuple(causes),
        impact=impact_of(signals),
    )


def _id(first: Signal) -> str:
    """Ids sort by when the incident was opened."""
    digest = blake2b(f"{first.tenant}\0{first.id}".encode(), digest_size=8).hexdigest()
    return f"{first.at:%Y%m%dT%H%M%S}-{digest}"


def _title(signals: Sequence[Signal], causes: Sequence[Cause]) -> str:
    """The gravest effect, and what is likeliest to have brought it about."""
    effects: Mapping[str, Signal] = {
        signal.summary: signal for signal in signals if signal.summary != causes[0].summary
    }
    if not effects:
        return f"{causes[0].summary} ({causes[0].signals} signals)"
    effect = max(effects.values(), key=lambda signal: (signal.severity, signal.at))
    return f"{effect.clause}. Suspected cause: {causes[0].summary.rstrip('.')} ({causes[0].about})"
