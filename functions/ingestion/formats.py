"""Which format each route takes, and how it is answered: the one table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

from functions.ingestion.cloudevents import decode_cloudevents, is_cloudevent
from functions.ingestion.foreign import media_type
from functions.ingestion.langfuse import decode_scores, scores_answer
from functions.ingestion.litellm.decoding import JSON_TYPES, NDJSON_TYPES, decode_litellm
from functions.ingestion.otlp.answers import OK, dressed, partial_success
from functions.ingestion.otlp.decoding import decode_logs, decode_metrics, decode_traces
from shared.errors import RejectedRequestError
from shared.events.decoding import DecodedEvents, Rejection, decode_events

ACCEPTED: Final = 202
NOTHING_ACCEPTED: Final = RejectedRequestError(400, "no_valid_event", "No item of the request is a valid event")

Decode = Callable[[Mapping[str, str], bytes, datetime], DecodedEvents]
"""From headers by lower-case name, the inflated body and when it came in."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a request: how many events the stream has acknowledged, which items were refused, what was sent."""

    accepted: int
    rejected: Sequence[Rejection]
    body: bytes = field(default=b"", repr=False)
    late: int = 0
    """Of the accepted: too old to be folded."""


Dress = Callable[[Mapping[str, str], dict[str, Any]], dict[str, Any]]
Told = tuple[int, Any]
"""A status and what msgspec can write as JSON."""


@dataclass(frozen=True, slots=True)
class Format:
    """`tell` is asked only where something was accepted, or nothing refused; `dress` makes of any answer to a request
    with these headers, an error too, what the format's clients read.
    """

    decode: Decode
    tell: Callable[[Ingested], Told]
    dress: Dress = lambda _headers, answer: answer


def formats(*, keep_content: bool = False) -> Mapping[str, Format]:
    """The format of each route. Foreign formats tell nothing of what was said, unless the deployment keeps it."""
    native = Format(_decode_native, _tell)
    litellm = Format(partial(decode_litellm, keep_content=keep_content), _tell)
    traces = Format(decode_traces, partial(_tell_otlp, "rejectedSpans"), dressed)
    return {
        "/v1/events": native,
        "/v1/events/batch": native,
        "/api/v1/events": native,
        "/api/v1/events/batch": native,
        "/v1/litellm": litellm,
        "/v1/traces": traces,
        "/v1/metrics": Format(decode_metrics, partial(_tell_otlp, "rejectedDataPoints"), dressed),
        "/v1/logs": Format(decode_logs, partial(_tell_otlp, "rejectedLogRecords"), dressed),
        "/api/public/otel/v1/traces": traces,
        "/api/public/scores": Format(decode_scores, _tell_scores),
    }


def format_of(path: str, known: Mapping[str, Format]) -> Format:
    found = known.get(path)
    if found is None:
        raise RejectedRequestError(404, "not_found", "there is nothing at this path")
    return found


def _tell(ingested: Ingested) -> Told:
    return ACCEPTED, {"accepted": ingested.accepted, "rejected": ingested.rejected}


def _tell_otlp(refused: str, ingested: Ingested) -> Told:
    return OK, partial_success(refused, ingested.rejected)


def _tell_scores(ingested: Ingested) -> Told:
    told = scores_answer(ingested.body, ingested.accepted, ingested.rejected)
    return told.status, told.content


def _decode_native(headers: Mapping[str, str], body: bytes, received_at: datetime) -> DecodedEvents:
    if is_cloudevent(headers):
        return decode_cloudevents(headers, body, received_at)
    ndjson = is_ndjson(headers.get("content-type", ""))
    return decode_events(body, ndjson=ndjson, received_at=received_at)


def is_ndjson(content_type: str) -> bool:
    """By the media type without its parameters; a request that names none is taken for JSON.

    >>> is_ndjson("application/x-ndjson; charset=utf-8"), is_ndjson("Application/JSON"), is_ndjson("")
    (True, False, False)
    """
    media = media_type(content_type)
    if media in NDJSON_TYPES:
        return True
    if media in JSON_TYPES:
        return False
    raise RejectedRequestError(
        415,
        "unsupported_media_type",
        "Content-Type may be application/json, application/x-ndjson or application/cloudevents+json",
    )
