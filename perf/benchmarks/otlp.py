"""CPU of taking in 512 spans by OTLP in protobuf, each a call of a model with 16 attributes and its messages."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from perf.benchmarks.deployed import Context, handler, post
from perf.benchmarks.rounds import Contestant, microseconds_per_event

SPANS = 512
POSTS = 8
PROTOBUF = "application/x-protobuf"


def measure() -> dict[str, float]:
    posts = [_post(number) for number in range(POSTS)]
    hub, context = handler("ingestion"), Context()
    _check(hub(posts[0], context))
    contestant = Contestant(lambda given: hub(given, context), [*map(msgspec.json.encode, posts)])
    return microseconds_per_event({"span_us": contestant}, POSTS * SPANS)


def request(number: int, started: datetime, spans: int = SPANS) -> ExportTraceServiceRequest:
    """As an SDK batches them; all ids differ with `number`, of as many spans."""
    batch = ExportTraceServiceRequest()
    of_resource = batch.resource_spans.add()
    _tell(of_resource.resource.attributes, {"service.name": "shop", "service.namespace": "search"})
    of_scope = of_resource.scope_spans.add()
    start = int(started.timestamp() * 1e9)
    for place in range(spans):
        span = of_scope.spans.add()
        identity = 1 + number * spans + place
        span.trace_id, span.span_id = identity.to_bytes(16, "big"), identity.to_bytes(8, "big")
        span.parent_span_id = (identity + (1 << 32)).to_bytes(8, "big")
        span.name, span.kind = "chat gpt-4o", span.SPAN_KIND_CLIENT
        span.start_time_unix_nano, span.end_time_unix_nano = start + place * 1_000, start + 900_000_000 + place * 1_000
        _tell(span.attributes, dict(_attributes(identity)))
    return batch


def _attributes(identity: int) -> Iterator[tuple[str, Any]]:
    yield "gen_ai.operation.name", "chat"
    yield "gen_ai.provider.name", "openai"
    yield "gen_ai.request.model", "gpt-4o"
    yield "gen_ai.response.model", "gpt-4o-2024-08-06"
    yield "gen_ai.response.id", f"chatcmpl-{identity:024x}"
    yield "gen_ai.response.finish_reasons", ["stop"]
    yield "gen_ai.request.temperature", 0.2
    yield "gen_ai.request.max_tokens", 1000
    yield "gen_ai.usage.input_tokens", 500 + identity % 1000
    yield "gen_ai.usage.output_tokens", 100 + identity % 300
    yield "gen_ai.usage.cache_read.input_tokens", 100
    yield "server.address", "api.openai.com"
    yield "server.port", 443
    yield "session.id", f"session-{identity % 50}"
    yield "user.id", f"user-{identity % 20}"
    yield "gen_ai.input.messages", f'[{{"role":"user","parts":[{{"type":"text","content":"{"question " * 40}"}}]}}]'


def _tell(attributes: Any, told: Mapping[str, Any]) -> None:
    for key, value in told.items():
        attribute = attributes.add()
        attribute.key = key
        if isinstance(value, str):
            attribute.value.string_value = value
        elif isinstance(value, list):
            attribute.value.array_value.values.add().string_value = value[0]
        elif isinstance(value, float):
            attribute.value.double_value = value
        else:
            attribute.value.int_value = value


def _post(number: int) -> dict[str, Any]:
    body = request(number, datetime.now(UTC)).SerializeToString()
    return post(body) | {"resource": "/v1/traces", "headers": {"Content-Type": PROTOBUF}}


def _check(answer: dict[str, object]) -> None:
    """A benchmark of refusals would be fast."""
    if answer["statusCode"] != 200 or answer["body"]:
        raise RuntimeError(f"the hub did not take the spans: {answer}")
