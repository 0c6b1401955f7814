"""From log records to events: the results of evaluations and guardrails. All others are messages, which are content, or
repeat what spans tell.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from functions.ingestion.dialects.attributes import RESOURCE_KEYS, SPAN_KEYS
from functions.ingestion.foreign import DEFAULT_ENVIRONMENT
from functions.ingestion.otlp.findings import found_by
from functions.ingestion.otlp.messages import hex_of, request_of
from functions.ingestion.otlp.protobuf import pairs
from functions.ingestion.otlp.reading import Resource, check_attributes, facts_of
from functions.ingestion.otlp.spans import (
    SPAN_DIGITS,
    TRACE_DIGITS,
    Candidate,
    admitted,
    dashed,
    span_event_id,
    timestamp_of,
)
from shared.errors import RejectedEventError
from shared.events.decoding import DecodedEvents


def decode_logs(headers: Mapping[str, str], body: bytes, received_at: datetime) -> DecodedEvents:
    """The index of a rejection is the record's place in the request."""
    request = request_of("logs", headers, body)
    told = [(candidate, place) for place, found in enumerate(_found(request)) for candidate in found]
    return admitted([candidate for candidate, _ in told], [place for _, place in told], received_at)


def _found(request: Any) -> Iterator[list[Candidate]]:
    for of_resource in request.resource_logs:
        resource = Resource.of(facts_of(pairs(of_resource.resource.attributes), RESOURCE_KEYS))
        for of_scope in of_resource.scope_logs:
            for record in of_scope.log_records:
                yield _read(record, resource)


def _read(record: Any, resource: Resource) -> list[Candidate]:
    try:
        check_attributes(len(record.attributes))
        facts = facts_of(pairs(record.attributes), SPAN_KEYS)
        if "evaluation" not in facts and "verdict" not in facts:
            return []
        instant = record.time_unix_nano or record.observed_time_unix_nano
        trace, span = hex_of(record.trace_id, digits=TRACE_DIGITS), hex_of(record.span_id, digits=SPAN_DIGITS)
        envelope = {
            "timestamp": timestamp_of(instant),
            "environment": facts.get("environment") or resource.environment or DEFAULT_ENVIRONMENT,
            "tags": resource.tags,
            **_origin(trace, span),
        }
        return found_by(facts, envelope, ("otlp-log", trace, span, str(instant), resource.service or ""))
    except RejectedEventError as error:
        return [error]


def _origin(trace: str, span: str) -> dict[str, str]:
    """The call that was judged."""
    if len(trace) != TRACE_DIGITS:
        return {}
    parent = {"parent_event_id": span_event_id(trace, span)} if len(span) == SPAN_DIGITS else {}
    return {"correlation_id": dashed(trace), **parent}
