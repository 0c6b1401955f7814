"""Takes a request's events in: inflated, decoded item by item, priced, stamped, packed, and acknowledged by the stream."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from functions.ingestion.formats import Format, Ingested, Told, format_of, formats
from functions.ingestion.inflation import inflate
from functions.ingestion.request import Limits, Request
from shared.access.roles import Permission
from shared.errors import TransientError, UnacknowledgedError
from shared.events.decoding import DecodedEvents
from shared.events.event import Event
from shared.packs.pack import Pack, decode_record
from shared.packs.packing import Packing
from shared.packs.stream import EventStream, StreamRecord


class UnacceptedError(TransientError):
    """The stream did not take all: `accepted` events are in it, those of the items `unaccepted` may be sent again.

    An item of which a part was taken is among them, since to send it again is harmless. `is_throttled` says that there was
    no other trouble than too much at once.
    """

    def __init__(self, ingested: Ingested, unaccepted: Sequence[int], trouble: UnacknowledgedError) -> None:
        super().__init__(str(trouble), trouble.retry_after)
        self.ingested = ingested
        self.unaccepted = list(unaccepted)
        self.is_throttled = trouble.is_throttled


@dataclass(frozen=True, slots=True)
class Ingestion:
    stream: EventStream
    packing: Packing
    price: Callable[[Sequence[Event], str], None]
    clock: Callable[[], datetime]
    limits: Limits
    formats: Mapping[str, Format] = field(default_factory=formats)

    def ingest(self, request: Request) -> Ingested:
        """Raises RejectedRequestError if no item could be looked at, UnacceptedError if the stream did not take all."""
        request.principal.require(Permission.EVENT_WRITE)
        ingested_at = self.clock()
        taken = format_of(request.path, self.formats)
        body = inflate(request.body, request.headers.get("content-encoding", ""), self.limits)
        decoded = taken.decode(request.headers, body, ingested_at)
        if decoded.events:
            self.price(decoded.events, request.principal.tenant)
            self._put(decoded, self.packing.pack(decoded.events, request.principal.tenant, ingested_at))
        late = self.packing.late(decoded.events, ingested_at)
        return Ingested(len(decoded.events), decoded.rejections, body, late)

    def _put(self, decoded: DecodedEvents, records: Sequence[StreamRecord]) -> None:
        try:
            self.stream.put(records)
        except UnacknowledgedError as trouble:
            lost = _ids_in(records[position] for position in trouble.positions)
            places = [place for place, event in enumerate(decoded.events) if event.event_id in lost]
            items = decoded.items()
            ingested = Ingested(len(decoded.events) - len(places), decoded.rejections)
            raise UnacceptedError(ingested, sorted({items[place] for place in places}), trouble) from trouble

    def tell(self, request: Request, ingested: Ingested) -> Told:
        """In the way of the request's format."""
        return format_of(request.path, self.formats).tell(ingested)

    def dressed(self, path: str, headers: Mapping[str, str], answer: dict[str, Any]) -> dict[str, Any]:
        """Any answer, as the format of the route has it."""
        known = self.formats.get(path)
        return answer if known is None else known.dress(headers, answer)


def _ids_in(records: Iterable[StreamRecord]) -> set[str]:
    """Which events they carry is read back from them: only when they fail does anybody have to know."""
    packs = (decode_record(record.data) for record in records)
    return {event.event_id for pack in packs if isinstance(pack, Pack) for event in pack.events}
