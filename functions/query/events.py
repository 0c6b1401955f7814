"""Events of the index as people look for them: by id, by time, and what belongs to one of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from functions.query.event_filters import is_wanted
from functions.query.incident_models import EventAnswer, EventsAnswer, RelatedAnswer, RelationAnswer
from functions.query.incident_parameters import EventParameters, RelatedParameters
from functions.query.pages import Bookmark, fingerprint
from functions.query.times import span
from shared.access.principal import Principal
from shared.errors import RejectedRequestError
from shared.incidents.event_index import LIFE, EventIndex, IndexedEvent, place_of

LONGEST: Final = timedelta(days=30)
MOST_READ: Final = 20_000
"""Of the index for one page, however few of them are wanted: the page then ends early, with a `next`."""
AHEAD: Final = timedelta(hours=1)
"""How far clocks of those who send may be fast."""
NEAR: Final = timedelta(days=1)
"""Of an event, what belongs to it is looked for."""
MOST_RELATED: Final = 200


@dataclass(frozen=True, slots=True)
class Events:
    """Always of the principal's own tenant."""

    index: EventIndex
    clock: Callable[[], datetime]

    def list(self, principal: Principal, asked: EventParameters) -> EventsAnswer:
        page = self._page(principal, asked)
        found: list[IndexedEvent] = []
        last = ""
        looked_at = self.index.between(
            principal.tenant, page.start, page.end, after=_place(page), newest_first=asked.order == "desc"
        )
        for read, event in enumerate(looked_at):
            if len(found) == asked.limit or read == MOST_READ:
                return EventsAnswer(events=list(map(_answer, found)), next=page.behind((last,)))
            last = place_of(event)
            if is_wanted(event, asked):
                found.append(event)
        return EventsAnswer(events=list(map(_answer, found)), next=None)

    def _page(self, principal: Principal, asked: EventParameters) -> Bookmark:
        """A `next` carries the times of its first page: whoever asks for "the last hour" a minute later goes on with it."""
        untimed = asked.model_copy(update={"start": "", "end": ""})
        if asked.next is not None:
            return Bookmark.decode(asked.next, fingerprint(principal.tenant, untimed), LONGEST)
        start, end = span(asked.start, asked.end, self.clock(), LONGEST)
        return Bookmark(fingerprint(principal.tenant, untimed), start, end, end)

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
        now = self.clock()
        event = self.index.get(principal.tenant, event_id, now - LIFE, now + AHEAD)
        if event is None:
            raise RejectedRequestError(404, "not_found", "there is no such event in the index")
        return event

    def _near(self, principal: Principal, event: IndexedEvent) -> Iterable[IndexedEvent]:
        span = (event.at - NEAR, event.at + NEAR)
        if event.correlation_id:
            yield from self.index.of_trace(principal.tenant, event.correlation_id, *span)
        parent = self.index.get(principal.tenant, event.parent_event_id, *span) if event.parent_event_id else None
        if parent is not None:
            yield parent


def _place(page: Bookmark) -> str | None:
    return page.key[0] if page.key else None


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
