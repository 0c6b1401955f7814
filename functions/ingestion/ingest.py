"""Takes a request's events in: inflated, decoded item by item, priced, stamped, packed, and acknowledged by the stream."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.ingestion.inflation import inflate
from functions.ingestion.request import Limits, Request
from shared.access.roles import Permission
from shared.errors import RejectedRequestError
from shared.events.decoding import DecodedEvents, Rejection, decode_events
from shared.events.event import Event
from shared.packs.packing import Packing
from shared.packs.stream import EventStream

_JSON_TYPES = ("", "application/json", "text/json")
_NDJSON_TYPES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines")


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a request: how many events the stream has acknowledged, and which items were refused."""

    accepted: int
    rejected: list[Rejection]


@dataclass(frozen=True, slots=True)
class Ingestion:
    stream: EventStream
    packing: Packing
    price: Callable[[Sequence[Event]], None]
    clock: Callable[[], datetime]
    limits: Limits

    def ingest(self, request: Request) -> Ingested:
        """Raises RejectedRequestError if no item could be looked at, TransientError if the stream did not take all."""
        request.principal.require(Permission.EVENT_WRITE)
        ingested_at = self.clock()
        decoded = self._decode(request, ingested_at)
        if decoded.events:
            self.price(decoded.events)
            self.stream.put(self.packing.pack(decoded.events, request.principal.tenant, ingested_at))
        return Ingested(len(decoded.events), decoded.rejections)

    def _decode(self, request: Request, received_at: datetime) -> DecodedEvents:
        ndjson = is_ndjson(request.headers.get("content-type", ""))
        body = inflate(request.body, request.headers.get("content-encoding", ""), self.limits)
        return decode_events(body, ndjson=ndjson, received_at=received_at)


def is_ndjson(content_type: str) -> bool:
    """By the media type without its parameters; a request that names none is taken for JSON.

    >>> is_ndjson("application/x-ndjson; charset=utf-8"), is_ndjson("Application/JSON"), is_ndjson("")
    (True, False, False)
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type in _NDJSON_TYPES:
        return True
    if media_type in _JSON_TYPES:
        return False
    raise RejectedRequestError(
        415, "unsupported_media_type", "Content-Type may be application/json or application/x-ndjson"
    )
