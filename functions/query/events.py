"""Events of the index as people look for them: by id, by time, and what belongs to one of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from functions.query.event_filters import is_wanted
from functions.query.incident_models import EventAnswer, EventsAnswer, RelatedAnswer, RelationAnswer
from functions.query.incident_parameters import EventParameters, RelatedParameters
from functions.query.times import span
from shared.access.principal import Principal
from shared.errors import RejectedRequestError
from shared.incidents.event_index import EventIndex, IndexedEvent

LONGEST: Final = timedelta(days=30)
MOST_READ: Final = 5_000
"""Of the index for one page, however few of them are wanted: the page then ends early, with a `next`."""
MOST_RELATED: Final = 200


@dataclass(frozen=True, slots=True)
class Events:
    """Always of the principal's own tenant."""

    index: EventIndex
    clock: Callable[[], datetime]

    def list(self, principal: Principal, asked: EventParameters) -> EventsAnswer:
        start, end = span(asked.start, asked.end, self.clock(), LONGEST)
        found: list[IndexedEvent] = []
        after, read = asked.next, 0
        while len(found) < asked.limit and read < MOST_READ:
            page = self.index.between(
                principal.tenant,
                start,
                end,
                limit=asked.limit - len(found),
                after=after,
                newest_first=asked.order == "desc",
            )
            found += [event for event in page.events if is_wanted(event, asked)]
            after, read = page.next, read + len(page.events)
            if after is None:
                break
        return EventsAnswer(events=list(map(_answer, found)), next=after)

    def get(self, principal: Principal, event_id: str) -> EventAnswer:
        return _answer(self._event(principal, event_id))

    def related(self, principal: Principal, event_id: str, asked: RelatedParameters) -> RelatedAnswer:
        """What shares its trace or is its parent, and what those share in turn, `depth` times."""
        found = {event_id: self._event(principal, event_id)}
        frontier = list(found.values())
        for _ in range(asked.depth):
            near = {event.event_id: event for one in frontier for event in self._near(principal, one)}
            frontier = [event for own_id, event in near.items() if own_id not in found][: MOST_RELATED - len(found)]
            found |= {event.event_id: event for event in frontier}
        ordered = sorted(found.values(), key=lambda event: (event.at, event.event_id))
        return RelatedAnswer(events=list(map(_answer, ordered)), relations=list(_relations(ordered, event_id)))

    def _event(self, principal: Principal, event_id: str) -> IndexedEvent:
        event = self.index.get(principal.tenant, event_id)
        if event is None:
            raise RejectedRequestError(404, "not_found", "there is no such event in the index")
        return event

    def _near(self, principal: Principal, event: IndexedEvent) -> Iterable[IndexedEvent]:
        if event.correlation_id:
            yield from self.index.of_trace(principal.tenant, event.correlation_id)
        parent = self.index.get(principal.tenant, event.parent_event_id) if event.parent_event_id else None
        if parent is not None:
            yield parent


def _relations(events: Iterable[IndexedEvent], seed: str) -> Iterable[RelationAnswer]:
    known = {event.event_id for event in events}
    for event in events:
        if event.parent_event_id in known:
            yield RelationAnswer(from_event=str(event.parent_event_id), to_event=event.event_id, relationship="causes")
        elif event.event_id != seed:
            yield RelationAnswer(from_event=seed, to_event=event.event_id, relationship="related_to")


def _answer(event: IndexedEvent) -> EventAnswer:
    body: dict[str, Any] = msgspec.json.decode(event.body)
    return EventAnswer(
        event_id=event.event_id,
        timestamp=event.at,
        event_type=event.event_type,
        source_module=event.source_module,
        severity=event.severity,
        correlation_id=event.correlation_id,
        parent_event_id=event.parent_event_id,
        event=body,
    )
