"""The use case: a tenant's recent signals are read whole and told as incidents; what was told before is continued."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.correlation.telling import Teller, notice_of
from shared.errors import TransientError
from shared.incidents.correlate import correlate
from shared.incidents.correlation import CorrelationType
from shared.incidents.graph import ComponentGraph
from shared.incidents.incident import Incident, IncidentStatus, continued, incidents_of
from shared.incidents.past import past_of
from shared.incidents.patterns import LIBRARY, Pattern, PatternBook
from shared.incidents.scene import Scene
from shared.incidents.signal import Signal, in_order
from shared.incidents.stores import IncidentStore, Lessons, News, Sighting, SightingStore, StoredIncident
from shared.windows.rollups import RollupStore

LOOKS_BACK = timedelta(minutes=60)
LEARNS_FROM = timedelta(hours=24)
LEARNS_EVERY = timedelta(hours=1)
TRIES = 5


@dataclass(frozen=True, slots=True)
class Told:
    """How many correlations of each type stand, and what became of incidents."""

    correlations: dict[CorrelationType, int]
    opened: int
    updated: int
    ended: int
    notices: int


@dataclass(frozen=True, slots=True)
class Correlator:
    """Level-triggered: the answer depends on what is stored, not on what woke it, so it may run twice or at once."""

    sightings: SightingStore
    incidents: IncidentStore
    teller: Teller
    rollups: RollupStore
    clock: Callable[[], datetime]

    def correlate(self, tenant: str) -> Told:
        """Somebody else who writes the same incident at the same time makes it read all again."""
        for _ in range(TRIES):
            told = self._attempt(tenant)
            if told is not None:
                return told
        raise TransientError("the incidents of a tenant are written by others all the time")

    def correlate_news(self) -> list[Told]:
        """Every tenant with news; who has an open incident stays in the news until it is over."""
        return [self._follow(news) for news in self.sightings.news()]

    def _follow(self, news: News) -> Told:
        told = self.correlate(news.tenant)
        now = self.clock()
        if not any(stored.incident.status is IncidentStatus.OPEN for stored in self._known(news.tenant, now)):
            self.sightings.forget(news)
        return told

    def _attempt(self, tenant: str) -> Told | None:
        now = self.clock()
        known = {stored.incident.id: stored for stored in self._known(tenant, now)}
        scene = self._scene(tenant, [stored.incident for stored in known.values()], now)
        found = correlate(scene)
        changes = continued(incidents_of(found, scene), [stored.incident for stored in known.values()], now)
        written = [_written(known.get(incident.id), incident) for incident in changes]
        if not all(self.incidents.put(stored) for stored in written):
            return None
        current = known | {stored.incident.id: stored for stored in written}
        return Told(
            correlations={kind: sum(each.type is kind for each in found) for kind in CorrelationType},
            opened=sum(incident.id not in known for incident in changes),
            updated=sum(incident.id in known and incident.status is IncidentStatus.OPEN for incident in changes),
            ended=sum(incident.status is not IncidentStatus.OPEN for incident in changes),
            notices=sum(self.teller.tell(stored) for stored in current.values()),
        )

    def _known(self, tenant: str, now: datetime) -> Sequence[StoredIncident]:
        return self.incidents.recent(tenant, now - LOOKS_BACK)

    def _scene(self, tenant: str, known: Iterable[Incident], now: datetime) -> Scene:
        """The last hour's signals, and all those of incidents that are open: a long story is told whole."""
        sightings = list(self.sightings.since(tenant, now - LOOKS_BACK, now))
        graph = ComponentGraph.of(((each.slot, each.edges) for each in sightings), now)
        recent = (signal for each in sightings for signal in each.signals if signal.at >= now - LOOKS_BACK)
        told = (signal for incident in known if incident.status is IncidentStatus.OPEN for signal in incident.signals)
        signals = in_order((*told, *recent))
        past = past_of(tenant, signals, self.rollups, now)
        patterns = (*LIBRARY, *self._lessons(tenant, now))
        return Scene(signals, graph.callees(), patterns, past.series, past.driver)

    def _lessons(self, tenant: str, now: datetime) -> Sequence[Pattern]:
        """Learned anew from the last day's signals, once an hour: what is read twice counts once."""
        lessons = self.sightings.lessons(tenant)
        if lessons is None or now - lessons.learned_at > LEARNS_EVERY:
            past = self.sightings.since(tenant, now - LEARNS_FROM, now)
            lessons = Lessons(now, tuple(PatternBook().observe(_sequences(past)).learned()))
            self.sightings.teach(tenant, lessons)
        return lessons.patterns


def _written(known: StoredIncident | None, incident: Incident) -> StoredIncident:
    before = known or StoredIncident(incident)
    notice = notice_of(known.incident if known else None, incident)
    return before.becoming(incident, *([notice] if notice else []))


def _sequences(past: Iterable[Sighting]) -> Iterable[Sequence[str]]:
    """The steps of each trace, in order."""
    traces: dict[str, list[Signal]] = {}
    for signal in (signal for each in past for signal in each.signals):
        if signal.correlation_id is not None and signal.step is not None:
            traces.setdefault(signal.correlation_id, []).append(signal)
    return [[str(signal.step) for signal in in_order(trace)] for trace in traces.values()]
