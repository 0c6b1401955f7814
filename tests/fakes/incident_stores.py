"""What correlation keeps, in memory."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from shared.incidents.event_index import IndexedEvent, place_of
from shared.incidents.incident import IncidentStatus
from shared.incidents.stores import SLOT, Lessons, News, Sighting, StoredIncident


class InMemorySightingStore:
    def __init__(self) -> None:
        self.sightings: dict[tuple[str, datetime, str], Sighting] = {}
        self.new: dict[str, News] = {}
        self.taught: dict[str, Lessons] = {}

    def put(self, sightings: Sequence[Sighting]) -> None:
        self.sightings |= {(each.tenant, each.slot, each.batch): each for each in sightings}

    def since(self, tenant: str, start: datetime, end: datetime) -> Iterator[Sighting]:
        for key in sorted(self.sightings):
            if key[0] == tenant and start - SLOT < key[1] < end:
                yield self.sightings[key]

    def announce(self, news: News) -> None:
        self.new[news.tenant] = news

    def news(self) -> Sequence[News]:
        return [self.new[tenant] for tenant in sorted(self.new)]

    def forget(self, news: News) -> None:
        if self.new.get(news.tenant) == news:
            del self.new[news.tenant]

    def lessons(self, tenant: str) -> Lessons | None:
        return self.taught.get(tenant)

    def teach(self, tenant: str, lessons: Lessons) -> None:
        self.taught[tenant] = lessons


class InMemoryIncidentStore:
    def __init__(self) -> None:
        self.incidents: dict[tuple[str, str], StoredIncident] = {}

    def get(self, tenant: str, incident_id: str) -> StoredIncident | None:
        return self.incidents.get((tenant, incident_id))

    def put(self, stored: StoredIncident) -> bool:
        key = (stored.incident.tenant, stored.incident.id)
        there = self.incidents.get(key)
        if (there.edition if there else 0) != stored.edition - 1:
            return False
        self.incidents[key] = stored
        return True

    def recent(self, tenant: str, since: datetime) -> Sequence[StoredIncident]:
        return [
            stored
            for (owner, _), stored in sorted(self.incidents.items())
            if owner == tenant
            and (stored.incident.status is IncidentStatus.OPEN or stored.incident.last_signal_at >= since)
        ]

    def find(
        self, tenant: str, *, status: IncidentStatus | None = None, after: str | None = None, limit: int = 50
    ) -> Sequence[StoredIncident]:
        newest = [stored for (owner, _), stored in sorted(self.incidents.items(), reverse=True) if owner == tenant]
        wanted = [stored for stored in newest if status in {None, stored.incident.status}]
        return [stored for stored in wanted if after is None or stored.incident.id < after][:limit]


class InMemoryEventIndex:
    def __init__(self) -> None:
        self.events: dict[tuple[str, str], IndexedEvent] = {}

    def put(self, batch: str, events: Sequence[IndexedEvent]) -> None:  # noqa: ARG002 (what is stored tells it)
        self.events |= {(event.tenant, place_of(event)): event for event in events}

    def replace(self, events: Sequence[IndexedEvent]) -> None:
        self.put("", [event for event in events if (event.tenant, place_of(event)) in self.events])

    def get(self, tenant: str, event_id: str, start: datetime, end: datetime) -> IndexedEvent | None:
        return next((event for event in self.between(tenant, start, end) if event.event_id == event_id), None)

    def of_trace(self, tenant: str, correlation_id: str, start: datetime, end: datetime) -> Sequence[IndexedEvent]:
        found = self.between(tenant, start, end, newest_first=False)
        return [event for event in found if event.correlation_id == correlation_id]

    def between(
        self, tenant: str, start: datetime, end: datetime, *, after: str | None = None, newest_first: bool = True
    ) -> Iterator[IndexedEvent]:
        for (of, place), event in sorted(self.events.items(), reverse=newest_first):
            is_left = after is None or (place < after if newest_first else place > after)
            if of == tenant and start <= event.at < end and is_left:
                yield event
