"""From spans to events: a call of a model is one inference, what stands around it an edge of the graph without any count.

An event is known by its trace and span ids, so that a span sent twice is counted once, and has the trace for its
correlation id. What says nothing of generative AI (an HTTP request, a query) is taken and left out.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import msgspec

from functions.ingestion.dialects.kinds import EVALUATION, GUARDRAIL, WRAPPER, Kind
from functions.ingestion.dialects.scopes import told_by_name
from functions.ingestion.dialects.tokens import has_tokens
from functions.ingestion.foreign import DEFAULT_ENVIRONMENT, named
from functions.ingestion.otlp.calls import error_type_of, inference_of
from functions.ingestion.otlp.findings import found_by
from functions.ingestion.otlp.nesting import Identity, told_twice
from functions.ingestion.otlp.reading import Span, check_attributes
from shared.errors import RejectedEventError
from shared.events.admission import Admission
from shared.events.custom import CustomPayload
from shared.events.decoding import DecodedEvents, Rejection, admit_each
from shared.events.event import Event, EventType, Severity, SourceModule
from shared.events.framing import MAX_EVENTS, too_many
from shared.events.telemetry import Operation, TelemetryPayload

EDGE: Final = "span"
"""The custom type of what is no call of a model."""
TRACE_DIGITS: Final = 32
SPAN_DIGITS: Final = 16
_NO_ID: Final = frozenset(("", "0" * 16, "0" * 32))

Candidate = Event | RejectedEventError


def events_of(spans: Iterable[Span | RejectedEventError], received_at: datetime) -> DecodedEvents:
    """An item is a span, by its place in the request."""
    candidates: list[Candidate] = []
    places: list[int] = []
    read = [span if isinstance(span, RejectedEventError) else _completed(span) for span in spans]
    wrappers = told_twice([span for span in read if isinstance(span, Span) and isinstance(_kind(span), Operation)])
    for place, span in enumerate(read):
        told = _candidates(span, wrappers)
        candidates += told
        places += [place] * len(told)
    return admitted(candidates, places, received_at)


def admitted(candidates: Sequence[Candidate], places: Sequence[int], received_at: datetime) -> DecodedEvents:
    """`places` has the item of each candidate. Names that can be printed have no control characters."""
    if len(candidates) > MAX_EVENTS:
        raise too_many()
    events = [candidate for candidate in candidates if isinstance(candidate, Event)]
    if len(events) == len(candidates) and events and Admission.at(received_at).admit_all(events, plain=True):
        return DecodedEvents(events, [], places)
    decoded = admit_each(candidates, received_at)
    rejections = [Rejection(places[each.index], each.code, each.message) for each in decoded.rejections]
    return DecodedEvents(decoded.events, rejections, [places[index] for index in decoded.items()])


def _candidates(span: Span | RejectedEventError, wrappers: Collection[Identity]) -> Sequence[Candidate]:
    if isinstance(span, RejectedEventError):
        return (span,)
    try:
        _check(span)
        kind = _kind(span)
        if kind is None:
            return ()
        if isinstance(kind, Operation):
            is_wrapper = wrappers and (span.trace_id, span.span_id) in wrappers
            return (_edge(span, WRAPPER) if is_wrapper else _call(span, kind),)
        found = found_by(span.facts, _envelope(span), _identity(span)) if kind in (GUARDRAIL, EVALUATION) else []
        return (*found, _edge(span, kind))
    except RejectedEventError as error:
        return (error,)


def _completed(span: Span) -> Span:
    if span.is_failed and "kind" not in span.facts:
        span.facts = {**told_by_name(span.scope, span.name), **span.facts}
    return span


def _check(span: Span) -> None:
    check_attributes(span.attributes)
    if span.trace_id in _NO_ID or span.span_id in _NO_ID:
        raise RejectedEventError("missing_id", "Expected a trace id and a span id that are not all zero")
    if len(span.trace_id) != TRACE_DIGITS or len(span.span_id) != SPAN_DIGITS:
        raise RejectedEventError("invalid_id", "Expected a trace id of 16 bytes and a span id of 8")
    if not 0 < span.start_ns <= span.end_ns:
        raise _untimely(span)


def _untimely(span: Span) -> RejectedEventError:
    if span.start_ns and span.end_ns:
        return RejectedEventError("ends_before_start", "The span ends before it starts")
    return RejectedEventError("invalid_timestamp", "Expected a span that has begun and ended")


def _kind(span: Span) -> Kind | None:
    """A client that names no kind but a model and its tokens means a call; None if nothing is said of either."""
    facts = span.facts
    if "kind" in facts:
        kind: Kind = facts["kind"]
        return kind
    if has_tokens(facts) and ("request_model" in facts or "response_model" in facts):
        return Operation.CHAT
    if "verdict" in facts:
        return GUARDRAIL
    return EVALUATION if "evaluation" in facts else None


def _call(span: Span, operation: Operation) -> Event:
    inference = inference_of(span, operation)
    severity = Severity.INFO if inference.error_type is None else Severity.ERROR
    return _event(span, severity, TelemetryPayload(inference))


def _edge(span: Span, kind: str) -> Event:
    told = {
        "kind": kind,
        "name": span.facts.get("tool") or span.facts.get("agent") or named(span.name),
        "duration_ms": (span.end_ns - span.start_ns) / 1e6,
        "error_type": error_type_of(span),
    }
    data = msgspec.Raw(msgspec.json.encode({name: value for name, value in told.items() if value is not None}))
    return _event(span, Severity.INFO, CustomPayload(EDGE, data))


def _event(span: Span, severity: Severity, payload: TelemetryPayload | CustomPayload) -> Event:
    trace, parent = span.trace_id, span.parent_id
    return Event(
        event_id=span_event_id(trace, span.span_id),
        timestamp=timestamp_of(span.start_ns),
        source_module=SourceModule.OBSERVATORY,
        event_type=EventType.TELEMETRY,
        correlation_id=dashed(trace),
        parent_event_id=span_event_id(trace, parent) if len(parent) == SPAN_DIGITS and parent not in _NO_ID else None,
        severity=severity,
        environment=_environment(span),
        tags=_tags(span),
        payload=payload,
    )


def _environment(span: Span) -> str:
    return span.facts.get("environment") or span.resource.environment or DEFAULT_ENVIRONMENT


def _tags(span: Span) -> dict[str, str]:
    facts = span.facts
    if "tool" not in facts and "agent" not in facts:
        return span.resource.tags
    return {**span.resource.tags, **{name: facts[name] for name in ("tool", "agent") if name in facts}}


def _envelope(span: Span) -> dict[str, Any]:
    """What a finding of the span shares with it, as the findings' own words have it."""
    return {
        "timestamp": timestamp_of(span.start_ns),
        "correlation_id": dashed(span.trace_id),
        "parent_event_id": span_event_id(span.trace_id, span.span_id),
        "environment": _environment(span),
        "tags": _tags(span),
    }


def _identity(span: Span) -> tuple[str, ...]:
    return "otlp", span.trace_id, span.span_id


def span_event_id(trace_id: str, span_id: str) -> str:
    """Of a span by its ids in hex: the last 8 bytes of the trace's (the random ones, where not all are) and the span's.

    >>> span_event_id("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")
    'a3ce929d-0e0e-4736-00f0-67aa0ba902b7'
    """
    return f"{trace_id[16:24]}-{trace_id[24:28]}-{trace_id[28:]}-{span_id[:4]}-{span_id[4:]}"


def dashed(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def timestamp_of(nanoseconds: int) -> str:
    """Cut off below the microsecond, so that an instant never moves into the next window.

    >>> timestamp_of(1763805912_345678901)
    '2025-11-22T10:05:12.345678Z'
    """
    return f"{_second(nanoseconds // 1_000_000_000)}.{nanoseconds // 1_000 % 1_000_000:06}Z"


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        raise RejectedEventError("invalid_timestamp", "Expected nanoseconds since 1970") from None
