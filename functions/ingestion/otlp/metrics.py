"""From data points to events: each is one observation, or one spread of them, of a custom metric of a model.

Only what is complete in itself can be folded: gauges, and deltas. A cumulative point says how much there was since a
start that lies in other requests, so it is refused with the setting that helps. A point is known by its resource, metric,
attributes and times. Of its attributes the model and the provider are kept; all others are dropped.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from functions.ingestion.dialects.attributes import RESOURCE_KEYS, SPAN_KEYS
from functions.ingestion.dialects.metrics import is_taken
from functions.ingestion.foreign import DEFAULT_ENVIRONMENT, event_id_of
from functions.ingestion.otlp.buckets import Share, explicit_shares, exponential_shares
from functions.ingestion.otlp.calls import UNKNOWN
from functions.ingestion.otlp.messages import request_of
from functions.ingestion.otlp.protobuf import pairs
from functions.ingestion.otlp.reading import Facts, Resource, check_attributes, facts_of
from functions.ingestion.otlp.spans import Candidate, admitted, timestamp_of
from shared.errors import RejectedEventError
from shared.events.decoding import DecodedEvents, event_of
from shared.events.telemetry import MOST_SPREAD

DELTA: Final = 1
_NOT_IN_A_NAME: Final = str.maketrans(dict.fromkeys(":/ ", "_"))
_LONGEST_NAME: Final = 64
_CUMULATIVE: Final = RejectedEventError(
    "cumulative_temporality", "Set OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta in the client"
)


def decode_metrics(headers: Mapping[str, str], body: bytes, received_at: datetime) -> DecodedEvents:
    """The index of a rejection is the data point's place in the request."""
    found = enumerate(_found(request_of("metrics", headers, body)))
    told = [(candidate, place) for place, events in found for candidate in events]
    return admitted([candidate for candidate, _ in told], [place for _, place in told], received_at)


def _found(request: Any) -> Iterator[list[Candidate]]:
    for of_resource in request.resource_metrics:
        described = sorted(map(repr, pairs(of_resource.resource.attributes)))
        resource = Resource.of(facts_of(pairs(of_resource.resource.attributes), RESOURCE_KEYS))
        for of_scope in of_resource.scope_metrics:
            for metric in of_scope.metrics:
                kind = metric.WhichOneof("data")
                for point in getattr(metric, kind).data_points if kind else ():
                    yield _read(metric, kind, point, resource, (*described, of_scope.scope.name))


def _read(metric: Any, kind: str, point: Any, resource: Resource, origin: tuple[str, ...]) -> list[Candidate]:
    if not is_taken(metric.name) or kind == "summary":
        return []
    try:
        check_attributes(len(point.attributes))
        facts = facts_of(pairs(point.attributes), SPAN_KEYS)
        labels = sorted(map(repr, pairs(point.attributes)))
        times = str(point.start_time_unix_nano), str(point.time_unix_nano)
        known_by = ("otlp-metric", *origin, metric.name, *labels, *times)
        return [
            _event(point, facts, resource, told, (*known_by, str(part)))
            for part, told in enumerate(_told(metric, kind, point))
        ]
    except RejectedEventError as error:
        return [error]


def _told(metric: Any, kind: str, point: Any) -> list[dict[str, Any]]:
    """The parts of a ModelPerformance that tell the point."""
    name = metric.name.translate(_NOT_IN_A_NAME)[:_LONGEST_NAME]
    if kind in ("gauge", "sum"):
        if kind == "sum" and metric.sum.is_monotonic and metric.sum.aggregation_temporality != DELTA:
            raise _CUMULATIVE
        told = point.WhichOneof("value")
        return [{"custom_metrics": {name: getattr(point, told)}}] if told else []
    if getattr(metric, kind).aggregation_temporality != DELTA:
        raise _CUMULATIVE
    shares = explicit_shares(point) if kind == "histogram" else exponential_shares(point)
    return [{"spreads": {name: part}} for part in _parts(shares)]


def _parts(shares: list[Share]) -> Iterator[list[dict[str, Any]]]:
    """As many observations as one event may hold, and one event more for each as many again."""
    part: list[dict[str, Any]] = []
    room = MOST_SPREAD
    for value, count in shares:
        left = count
        while left:
            taken = min(left, room)
            part.append({"value": value, "count": taken})
            left, room = left - taken, room - taken
            if not room:
                yield part
                part, room = [], MOST_SPREAD
    if part:
        yield part


def _event(point: Any, facts: Facts, resource: Resource, told: dict[str, Any], known_by: tuple[str, ...]) -> Candidate:
    model = facts.get("response_model") or facts.get("request_model") or UNKNOWN
    return event_of(
        {
            "event_id": event_id_of(*known_by),
            "timestamp": timestamp_of(point.time_unix_nano),
            "source_module": "llm-observatory",
            "event_type": "telemetry",
            "severity": "info",
            "environment": facts.get("environment") or resource.environment or DEFAULT_ENVIRONMENT,
            "tags": {**resource.tags, **({"team": resource.team} if resource.team else {})},
            "payload": {
                "payload_type": "telemetry",
                "data": {"telemetry_type": "model_performance", "model_id": model, **told},
            },
        }
    )
