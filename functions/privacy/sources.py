"""Where the hub names people: the archive, the event index, signals and incidents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, ClassVar, Final, TypeVar

import msgspec

from shared.incidents.event_index import LIFE, EventIndex, IndexedEvent, place_of
from shared.incidents.incident import Incident
from shared.incidents.stores import LIFE_OF_SIGNALS, IncidentStore, Sighting, SightingStore
from shared.packs.archive import Archive, Hours, archived_lines, with_lines
from shared.privacy.stores import Found, Json
from shared.privacy.subject import Subject

FIRST: Final = datetime(2020, 1, 1, tzinfo=UTC)
PAGE: Final = 200
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ArchivedEvents:
    """A place is an object. What was there before an erasure is gone from the bucket's versions a day later."""

    archive: Archive
    name: ClassVar[str] = "archive"

    def of(self, subject: Subject, until: datetime, after: str) -> Iterator[Found]:
        for key in self.archive.keys(subject.tenant, Hours(FIRST, until), after):
            data = archived_lines(self.archive.read(key))
            yield Found(key, [line for line in data if subject.is_in_event(line)])

    def erase(self, subject: Subject, found: Found) -> None:
        lines = archived_lines(self.archive.read(found.place))
        erased = [subject.erased_from(line) if subject.is_in_event(line) else line for line in lines]
        self.archive.put([with_lines(found.place, erased)])


@dataclass(frozen=True, slots=True)
class IndexedEvents:
    """A place is a page, the newest first."""

    index: EventIndex
    name: ClassVar[str] = "event_index"

    def of(self, subject: Subject, until: datetime, after: str) -> Iterator[Found]:
        events = self.index.between(subject.tenant, until - LIFE - timedelta(days=1), until, after=after or None)
        while page := list(islice(events, PAGE)):
            bodies = [msgspec.json.decode(event.body) for event in page]
            yield Found(place_of(page[-1]), [body for body in bodies if subject.is_in_event(body)])

    def erase(self, subject: Subject, found: Found) -> None:
        """Each event at its time; one that has expired meanwhile is gone."""
        known = [self._of(subject, record) for record in found.records]
        self.index.replace([_erased_event(subject, event) for event in known if event is not None])

    def _of(self, subject: Subject, record: Json) -> IndexedEvent | None:
        at = datetime.fromisoformat(record["timestamp"])
        return self.index.get(subject.tenant, record["event_id"], at, at + timedelta(microseconds=1))


@dataclass(frozen=True, slots=True)
class ToldIncidents:
    """A place is an incident, the newest first."""

    incidents: IncidentStore
    name: ClassVar[str] = "incidents"

    def of(self, subject: Subject, until: datetime, after: str) -> Iterator[Found]:  # noqa: ARG002 (all that is told)
        place: str | None = after or None
        while stored := self.incidents.find(subject.tenant, after=place, limit=PAGE):
            for each in stored:
                told: Json = msgspec.to_builtins(each.incident)
                yield Found(each.incident.id, [told] if subject.is_in(told) else [])
            place = stored[-1].incident.id

    def erase(self, subject: Subject, found: Found) -> None:
        """Whoever writes it meanwhile, the id goes."""
        while stored := self.incidents.get(subject.tenant, found.place):
            after = replace(stored, edition=stored.edition + 1, incident=_erased(subject, stored.incident, Incident))
            if self.incidents.put(after):
                return


@dataclass(frozen=True, slots=True)
class SeenSignals:
    """One place, since all of it lives for a day or so."""

    sightings: SightingStore
    name: ClassVar[str] = "signals"

    def of(self, subject: Subject, until: datetime, after: str) -> Iterator[Found]:
        if after:
            return
        found = [msgspec.to_builtins(each) for each in self._of(subject, until)]
        yield Found(until.isoformat(), [told for told in found if subject.is_in(told)])

    def erase(self, subject: Subject, found: Found) -> None:
        until = datetime.fromisoformat(found.place)
        named = [each for each in self._of(subject, until) if subject.is_in(msgspec.to_builtins(each))]
        self.sightings.put([_erased(subject, each, Sighting) for each in named])

    def _of(self, subject: Subject, until: datetime) -> Sequence[Sighting]:
        return list(self.sightings.since(subject.tenant, until - LIFE_OF_SIGNALS, until))


def _erased_event(subject: Subject, event: IndexedEvent) -> IndexedEvent:
    body: Any = subject.erased_from(msgspec.json.decode(event.body))
    return msgspec.structs.replace(event, body=msgspec.json.encode(body))


def _erased(subject: Subject, value: T, kind: type[T]) -> T:
    """By way of JSON, so that all its texts are looked at."""
    return msgspec.convert(subject.erased_from(msgspec.to_builtins(value)), kind)
