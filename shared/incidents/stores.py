"""What correlation keeps: the signals and calls of each batch, which tenants have news, patterns, and incidents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from shared.incidents.graph import Edge
from shared.incidents.incident import Incident, IncidentStatus
from shared.incidents.patterns import Pattern
from shared.incidents.signal import Signal

SLOT = timedelta(minutes=10)
LIFE_OF_SIGNALS = timedelta(days=2)
LIFE_OF_INCIDENTS = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one batch showed of one tenant in one slot of ten minutes.

    The same batch again is stored over itself; the same signal in two batches counts once, as its id tells.
    """

    tenant: str
    slot: datetime
    batch: str
    signals: tuple[Signal, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class News:
    """A tenant about whom something is new since `at`."""

    tenant: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lessons:
    """The patterns that a tenant's own past taught, and when they were last learned."""

    learned_at: datetime
    patterns: tuple[Pattern, ...]


class SightingStore(Protocol):
    def put(self, sightings: Sequence[Sighting]) -> None: ...

    def since(self, tenant: str, start: datetime, end: datetime) -> Iterator[Sighting]:
        """Of every slot that touches [start, end)."""
        ...

    def announce(self, news: News) -> None:
        """There is news of a tenant; told again, it is the later."""
        ...

    def news(self) -> Sequence[News]: ...

    def forget(self, news: News) -> None:
        """Unless there is later news of that tenant."""
        ...

    def lessons(self, tenant: str) -> Lessons | None: ...

    def teach(self, tenant: str, lessons: Lessons) -> None: ...


@dataclass(frozen=True, slots=True)
class StoredIncident:
    """An incident as it stands. `edition` counts its writes; `owed` are the notices that are still to be sent."""

    incident: Incident
    edition: int = 0
    owed: tuple[str, ...] = ()

    def becoming(self, incident: Incident, *notices: str) -> "StoredIncident":
        owed = tuple(dict.fromkeys((*self.owed, *notices)))
        return StoredIncident(incident, self.edition + 1, owed)

    def told(self) -> "StoredIncident":
        return replace(self, edition=self.edition + 1, owed=())


class IncidentStore(Protocol):
    def get(self, tenant: str, incident_id: str) -> StoredIncident | None: ...

    def put(self, stored: StoredIncident) -> bool:
        """If the edition before it is what is there (edition 1: if nothing is)."""
        ...

    def recent(self, tenant: str, since: datetime) -> Sequence[StoredIncident]:
        """Those that are open, or had a signal since."""
        ...

    def find(
        self, tenant: str, *, status: IncidentStatus | None = None, after: str | None = None, limit: int = 50
    ) -> Sequence[StoredIncident]:
        """The newest first; `after` goes on behind that id."""
        ...
