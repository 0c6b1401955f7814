"""Answers in the request's own encoding, whatever became of it."""

import gzip
import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from aws_lambda_powertools import Logger, Metrics
from hypothesis import given, settings, strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from functions.ingestion.dialects.attributes import SPAN_KEYS
from functions.ingestion.endpoint import Endpoint
from functions.ingestion.ingest import Ingestion
from functions.ingestion.otlp.decoding import decode_traces
from functions.ingestion.pricing import TenantPricing
from functions.ingestion.request import Limits
from shared.errors import UnacknowledgedError
from shared.events.decoding import decode_events
from shared.packs.packing import Packing
from tests.builders.api import posted
from tests.builders.events import NOON
from tests.builders.otlp import CALL, ENCODINGS, encoded, metrics, span, spans
from tests.fakes.event_stream import FakeEventStream
from tests.fakes.negotiated_prices import InMemoryNegotiatedPriceStore
from tests.fakes.refusals import InMemoryRefusalCounts

LIMITS = Limits(body_bytes=100_000, inflated_bytes=200_000)
BAD = span({**CALL, "gen_ai.usage.input_tokens": -1}, spanId="1" * 16)
PATHS = ("/v1/traces", "/v1/metrics", "/v1/logs", "/api/public/otel/v1/traces")


@pytest.fixture(params=ENCODINGS)
def encoding(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def served(body: bytes, stream: Any = None, path: str = "/v1/traces", **headers: str) -> dict[str, Any]:
    price = TenantPricing(InMemoryNegotiatedPriceStore(), lambda: NOON)
    ingestion = Ingestion(stream or FakeEventStream(), Packing(4, timedelta(hours=24)), price, lambda: NOON, LIMITS)
    hub = Endpoint(
        ingestion, InMemoryRefusalCounts(), Logger(service="ingestion"), Metrics(service="ingestion", namespace="Test")
    )
    return hub.serve(posted(body, principal=None, **headers) | {"resource": path})


def status_of(answer: Mapping[str, Any], encoding: str) -> tuple[int, str]:
    """The code and message of a google.rpc.Status, whose two fields are those of a partial success."""
    assert answer["headers"]["Content-Type"] == encoding
    if encoding == "application/json":
        told = json.loads(answer["body"])
        return told["code"], told["message"]
    content = b64decode(answer["body"])
    wrapped = ExportTraceServiceResponse.FromString(b"\x0a" + _length(content) + content).partial_success
    return wrapped.rejected_spans, wrapped.error_message


def _length(content: bytes) -> bytes:
    size = len(content)
    return bytes((size,)) if size < 0x80 else bytes((size & 0x7F | 0x80, size >> 7))


def partial_of(answer: Mapping[str, Any], encoding: str) -> tuple[int, str]:
    assert (answer["statusCode"], answer["headers"]["Content-Type"]) == (200, encoding)
    if encoding == "application/json":
        told = json.loads(answer["body"]).get("partialSuccess", {})
        return int(told.get("rejectedSpans", 0)), told.get("errorMessage", "")
    partial = ExportTraceServiceResponse.FromString(b64decode(answer["body"])).partial_success
    return partial.rejected_spans, partial.error_message


def test_what_was_taken_whole_has_an_empty_answer(encoding: str) -> None:
    answer = served(encoded(spans(span()), encoding), content_type=encoding)

    assert partial_of(answer, encoding) == (0, "")


def test_what_was_refused_is_counted_and_named(encoding: str) -> None:
    answer = served(encoded(spans(span(), BAD), encoding), content_type=encoding)

    count, message = partial_of(answer, encoding)
    assert count == 1
    assert message.startswith("1: negative_tokens: ")


def test_nothing_valid_is_a_bad_request_that_names_why(encoding: str) -> None:
    answer = served(encoded(spans(BAD), encoding), content_type=encoding)

    code, message = status_of(answer, encoding)
    assert (answer["statusCode"], code) == (400, 3)
    assert "negative_tokens" in message


def test_a_request_of_nothing_is_taken(encoding: str) -> None:
    for path, request in (("/v1/traces", spans()), ("/v1/metrics", metrics())):
        assert served(encoded(request, encoding), path=path, content_type=encoding)["statusCode"] == 200


@pytest.mark.parametrize(("is_throttled", "status", "code"), [(True, 429, 8), (False, 503, 14)])
def test_trouble_with_the_stream_is_told_with_when_to_come_again(
    encoding: str, is_throttled: bool, status: int, code: int
) -> None:
    class Full:
        def put(self, records: Any) -> None:
            raise UnacknowledgedError("full", range(len(records)), is_throttled=is_throttled)

    answer = served(encoded(spans(span()), encoding), Full(), content_type=encoding)

    assert (answer["statusCode"], status_of(answer, encoding)[0]) == (status, code)
    assert int(answer["headers"]["Retry-After"]) >= 1


def test_a_bomb_and_a_body_that_is_too_large_are_refused(encoding: str) -> None:
    bomb = served(gzip.compress(b"\0" * 10_000_000), content_type=encoding, content_encoding="gzip")
    large = served(b"\0" * 200_000, content_type=encoding)

    assert [
        (bomb["statusCode"], status_of(bomb, encoding)[0]),
        (large["statusCode"], status_of(large, encoding)[0]),
    ] == [
        (413, 3),
        (413, 3),
    ]


def test_another_media_type_is_answered_in_json() -> None:
    answer = served(b"", content_type="text/plain")

    assert (answer["statusCode"], status_of(answer, "application/json")[0]) == (415, 3)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(PATHS), st.sampled_from(ENCODINGS))
def test_no_bytes_are_the_hub_s_fault(body: bytes, path: str, encoding: str) -> None:
    assert served(body, path=path, content_type=encoding)["statusCode"] in (200, 400)


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from(ENCODINGS))
def test_no_broken_request_is_the_hub_s_fault(data: st.DataObject, encoding: str) -> None:
    body = bytearray(encoded(spans(span(), span(spanId="2" * 16)), encoding))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))

    assert served(bytes(body), content_type=encoding)["statusCode"] in (200, 400, 413)


VALUES = st.one_of(
    st.integers(-(2**63), 2**63 - 1), st.floats(), st.booleans(), st.text(max_size=300), st.lists(st.text(max_size=4))
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(SPAN_KEYS)), VALUES, max_size=12), st.sampled_from(["chat", "tool", ""]))
def test_whatever_a_span_tells_becomes_what_the_hub_s_own_format_takes(told: dict[str, Any], kind: str) -> None:
    given_span = span({**told, "gen_ai.operation.name": kind})

    first, second = (
        decode_traces({"content-type": encoding}, encoded(spans(given_span), encoding), NOON) for encoding in ENCODINGS
    )

    assert first == second
    again = decode_events(msgspec.json.encode(first.events), ndjson=False, received_at=NOON) if first.events else None
    assert again is None or again.events == first.events
