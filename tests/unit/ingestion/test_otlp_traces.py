"""Spans become calls that are counted once, and edges that are not counted at all, in both encodings."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from functions.ingestion.otlp.decoding import decode_traces
from functions.ingestion.otlp.protobuf import MOST_REMEMBERED, REMEMBERED
from shared.errors import RejectedRequestError
from shared.events.custom import CustomPayload
from shared.events.decoding import DecodedEvents
from shared.events.event import Event
from shared.events.governance import ComplianceCheck
from shared.events.security import Threat
from shared.events.telemetry import Inference, ModelPerformance, Operation
from tests.builders.events import NOON
from tests.builders.otlp import CALL, ENCODINGS, SECRET, SPAN, START, TRACE, encoded, span, spans

EVENT_ID = "a3ce929d-0e0e-4736-00f0-67aa0ba902b7"


@pytest.fixture(params=ENCODINGS)
def encoding(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def decoded(encoding: str, *each: Mapping[str, Any]) -> DecodedEvents:
    return decode_traces({"content-type": encoding}, encoded(spans(*each), encoding), NOON)


def only(found: DecodedEvents) -> Event:
    assert found.rejections == []
    (event,) = found.events
    return event


def call(encoding: str = "application/json", **told: Any) -> Inference:
    changed = {key.replace("__", "."): value for key, value in told.items()}
    leaf = only(decoded(encoding, span({**CALL, **changed}))).payload.data
    assert isinstance(leaf, Inference)
    return leaf


def called(told: Mapping[str, Any]) -> Inference:
    leaf = only(decoded("application/json", span(told))).payload.data
    assert isinstance(leaf, Inference)
    return leaf


def codes(found: DecodedEvents) -> list[tuple[int, str]]:
    return [(rejection.index, rejection.code) for rejection in found.rejections]


def test_a_call_is_told_whole(encoding: str) -> None:
    event = only(decoded(encoding, span(parentSpanId="53995c3f42cd8ad8")))

    assert event == Event(
        event_id=EVENT_ID,
        timestamp="2026-11-22T11:59:00.000000Z",
        source_module=event.source_module,
        event_type=event.event_type,
        correlation_id="4bf92f35-77b3-4da6-a3ce-929d0e0e4736",
        parent_event_id="a3ce929d-0e0e-4736-5399-5c3f42cd8ad8",
        severity=event.severity,
        environment="prod",
        tags={"service": "shop"},
        payload=event.payload,
    )
    assert event.payload.data == Inference(
        operation=Operation.CHAT,
        provider="openai",
        model_id="gpt-4o-2024-08-06",
        request_id="chatcmpl-1",
        latency_ms=1500.0,
        input_tokens=1000,
        output_tokens=200,
        finish_reason="stop",
        team="search",
    )


def test_nothing_that_was_said_goes_further(encoding: str) -> None:
    exception = {"name": "exception", "attributes": []}
    found = decoded(
        encoding,
        span(
            {**CALL, "gen_ai.output.messages": SECRET, "exception.message": SECRET, "input.value": SECRET},
            status={"code": 2, "message": SECRET},
            events=[exception],
        ),
        span(
            {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.call.arguments": SECRET}, spanId="53995c3f42cd8ad8"
        ),
    )

    assert len(found.events) == 2
    assert SECRET.encode() not in msgspec.json.encode(found.events)


@pytest.mark.parametrize(
    "told",
    [
        {"gen_ai.system": "openai", "gen_ai.request.model": "m", "gen_ai.usage.prompt_tokens": 7, "gen_ai.usage.completion_tokens": 3},
        {"llm.system": "openai", "llm.model_name": "m", "llm.token_count.prompt": 7, "llm.token_count.completion": 3, "openinference.span.kind": "LLM"},
        {"llm.request.type": "chat", "gen_ai.system": "openai", "gen_ai.request.model": "m", "gen_ai.usage.input_tokens": 7, "gen_ai.usage.output_tokens": 3},
        {"langfuse.observation.type": "generation", "gen_ai.system": "openai", "langfuse.observation.model.name": "m", "langfuse.observation.usage_details": '{"input": 7, "output": 3}'},
        {"ai.operationId": "ai.generateText.doGenerate", "ai.model.id": "m", "ai.model.provider": "openai", "ai.usage.promptTokens": 7, "ai.usage.completionTokens": 3},
        {"gen_ai.operation.name": "acompletion", "gen_ai.system": "openai", "gen_ai.request.model": "m", "gen_ai.usage.input_tokens": "7", "gen_ai.usage.output_tokens": 3.0},
    ],
    ids=["conventions before 1.27", "openinference", "openllmetry", "langfuse", "vercel", "litellm"],
)  # fmt: skip
def test_each_dialect_tells_the_same_call(told: Mapping[str, Any]) -> None:
    found = called(told)

    assert (found.operation, found.provider, found.model_id) == (Operation.CHAT, "openai", "m")
    assert (found.input_tokens, found.output_tokens) == (7, 3)


@pytest.mark.parametrize(
    ("cached", "written", "reasoning"),
    [
        ("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_write.input_tokens", "gen_ai.usage.reasoning.output_tokens"),
        ("gen_ai.usage.cache_read_input_tokens", "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.reasoning_tokens"),
        ("llm.token_count.prompt_details.cache_read", "llm.token_count.prompt_details.cache_write", "llm.token_count.completion_details.reasoning"),
        ("ai.usage.cachedInputTokens", "gen_ai.usage.cache_creation_input_tokens", "ai.usage.reasoningTokens"),
    ],
)  # fmt: skip
def test_cached_written_and_reasoning_tokens_are_parts_of_the_totals(cached: str, written: str, reasoning: str) -> None:
    found = called({**CALL, cached: 300, written: 100, reasoning: 50})

    assert (found.input_tokens, found.cached_input_tokens, found.cache_write_tokens) == (1000, 300, 100)
    assert (found.output_tokens, found.reasoning_tokens) == (200, 50)


def test_parts_that_are_told_beside_the_totals_are_added_to_them() -> None:
    anthropic = called({**CALL, "gen_ai.usage.input_tokens": 10, "gen_ai.usage.cache_read.input_tokens": 300})
    summed = called({**CALL, "gen_ai.usage.cache_read.input_tokens": 300, "gen_ai.usage.total_tokens": 1500})
    gemini = called({**CALL, "gen_ai.usage.reasoning_tokens": 50, "gen_ai.usage.total_tokens": 1250})
    langfuse = called(
        {**CALL, "langfuse.observation.usage_details": '{"input": 7, "output": 3, "input_cached_tokens": 5}'}
    )

    assert (anthropic.input_tokens, anthropic.cached_input_tokens) == (310, 300)
    assert (summed.input_tokens, summed.cached_input_tokens) == (1300, 300)
    assert (gemini.output_tokens, gemini.reasoning_tokens) == (250, 50)
    assert (langfuse.input_tokens, langfuse.cached_input_tokens) == (12, 5)


def test_providers_own_usage_in_langfuse_is_read() -> None:
    usage = '{"prompt_tokens": 10, "completion_tokens": 4, "total_tokens": 14, "prompt_tokens_details": {"cached_tokens": 6}}'

    found = called({**CALL, "langfuse.observation.usage_details": usage})

    assert (found.input_tokens, found.cached_input_tokens, found.output_tokens) == (10, 6, 4)


@pytest.mark.parametrize(
    "told",
    [
        {"gen_ai.operation.name": "invoke_agent"},
        {"gen_ai.operation.name": "execute_tool"},
        {"openinference.span.kind": "CHAIN"},
        {"traceloop.span.kind": "workflow"},
        {"ai.operationId": "ai.generateText"},
        {"langfuse.observation.type": "agent"},
        {"gen_ai.operation.name": "something_new"},
    ],
)
def test_what_stands_around_a_call_is_an_edge_without_its_tokens(told: Mapping[str, Any]) -> None:
    usage = {name: value for name, value in CALL.items() if name != "gen_ai.operation.name"}

    event = only(decoded("application/json", span({**usage, **told}, parentSpanId="53995c3f42cd8ad8")))

    assert isinstance(event.payload, CustomPayload)
    assert event.payload.custom_type == "span"
    assert event.parent_event_id == "a3ce929d-0e0e-4736-5399-5c3f42cd8ad8"
    assert b"1000" not in bytes(event.payload.data)


def test_what_says_nothing_of_generative_ai_is_left_out(encoding: str) -> None:
    found = decoded(encoding, span({"http.request.method": "GET"}), span())

    assert len(found.events) == 1
    assert found.items() == [1]


def test_a_failure_is_told_by_its_class_and_never_by_its_message(encoding: str) -> None:
    exception = {
        "name": "exception",
        "attributes": [{"key": "exception.type", "value": {"stringValue": "RateLimitError"}}],
    }
    found = decoded(encoding, span(status={"code": 2, "message": SECRET}, events=[exception]))

    event = only(found)
    assert isinstance(event.payload.data, Inference)
    assert (event.payload.data.error_type, event.severity) == ("RateLimitError", "error")
    assert call(error__type="429").error_type == "429"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"gen_ai.response.time_to_first_chunk": 0.25}, 250.0),
        ({"ai.response.msToFirstChunk": 250}, 250.0),
        ({"langfuse.observation.completion_start_time": '"2026-11-22T11:59:00.250Z"'}, 250.0),
        ({"langfuse.observation.completion_start_time": '"soon"'}, None),
        ({"gen_ai.server.time_to_first_token": 99.0}, None),
    ],
)
def test_the_time_to_the_first_token_is_told_in_many_ways(told: Mapping[str, Any], expected: float | None) -> None:
    assert called({**CALL, **told}).ttft_ms == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"gen_ai.usage.cost": 0.0125}, 0.0125),
        ({"operation.cost": 0.5, "gen_ai.usage.cost": 0.25}, 0.25),
        ({"langfuse.observation.cost_details": '{"input": 0.5, "output": 0.25}'}, 0.75),
        ({"langfuse.observation.cost_details": "none"}, None),
        ({"gen_ai.usage.cost": 0.0}, None),
    ],
)
def test_a_cost_that_is_told_is_kept_and_none_is_not_free(told: Mapping[str, Any], expected: float | None) -> None:
    assert called({**CALL, **told}).reported_cost_usd == expected


def test_who_asked_is_read_from_the_span_before_the_resource(encoding: str) -> None:
    found = call(encoding, session__id="s-1", user__id="u-1", team="checkout")

    assert (found.session_id, found.user_id, found.team) == ("s-1", "u-1", "checkout")


def test_a_guardrail_that_denied_is_a_threat_and_a_check() -> None:
    told = {
        "gen_ai.operation.name": "run_guardrail",
        "gen_ai.guardrail.verdict.type": "deny",
        "gen_ai.security.risk.category": "prompt_injection",
    }

    found = decoded("application/json", span(told))

    kinds = [type(event.payload.data) for event in found.events]
    assert (found.rejections, kinds) == ([], [ComplianceCheck, Threat, msgspec.Raw])
    assert {event.correlation_id for event in found.events} == {"4bf92f35-77b3-4da6-a3ce-929d0e0e4736"}


def test_an_evaluation_is_a_score_of_the_model() -> None:
    told = {"gen_ai.evaluation.name": "quality", "gen_ai.evaluation.score.value": 0.9, "gen_ai.request.model": "m"}

    found = decoded("application/json", span(told))

    (score,) = [event.payload.data for event in found.events if isinstance(event.payload.data, ModelPerformance)]
    assert (score.model_id, score.quality_score) == ("m", 0.9)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (span(traceId=""), "missing_id"),
        (span(spanId="0" * 16), "missing_id"),
        (span(traceId="abcd"), "invalid_id"),
        (span(endTimeUnixNano=str(START - 1)), "ends_before_start"),
        (span(startTimeUnixNano="0"), "invalid_timestamp"),
        (span(startTimeUnixNano=str(2**64 - 1), endTimeUnixNano=str(2**64 - 1)), "timestamp_in_future"),
        (span({**CALL, "gen_ai.usage.input_tokens": -1}), "negative_tokens"),
        (span({**CALL, "gen_ai.usage.input_tokens": 2**63 - 1}), "too_many_tokens"),
        (span({**CALL, "gen_ai.usage.input_tokens": 2.0**63}), "too_many_tokens"),
        (span({**CALL, "gen_ai.usage.cost": -1.0}), "out_of_bounds"),
        (span({**CALL, **{f"a.{number}": "x" for number in range(10_000)}}), "too_many_attributes"),
    ],
)
def test_a_bad_span_has_its_own_answer_and_harms_no_other(encoding: str, bad: Mapping[str, Any], code: str) -> None:
    found = decoded(encoding, span(spanId="1" * 16), bad, span(spanId="2" * 16))

    assert codes(found) == [(1, code)]
    assert found.items() == [0, 2]


@pytest.mark.parametrize(
    "bad",
    [
        span(traceId="not hex, and as long as one of it"),
        span(startTimeUnixNano={}),
        span(startTimeUnixNano="1e9"),
        span(attributes=[{"key": 7}]),
        span(attributes="none"),
        "no span",
    ],
)
def test_json_of_another_shape_is_the_fault_of_its_span(bad: Any) -> None:
    found = decoded("application/json", span(), bad)

    assert [index for index, _ in codes(found)] == [1]
    assert len(found.events) == 1


def test_json_may_hold_fields_that_nobody_knows_and_numbers_for_integers() -> None:
    event = only(decoded("application/json", span(startTimeUnixNano=START, flags=257, weather="fine", status=None)))

    assert event.event_id == EVENT_ID


@pytest.mark.parametrize("body", [b"\x0a\xff\xff", b"{", b"[]", b"\xff"])
def test_a_body_that_cannot_be_read_is_refused(encoding: str, body: bytes) -> None:
    with pytest.raises(RejectedRequestError) as refused:
        decode_traces({"content-type": encoding}, body, NOON)

    assert (refused.value.status, refused.value.code) == (400, "unreadable_body")


def test_a_truncated_request_is_refused(encoding: str) -> None:
    with pytest.raises(RejectedRequestError):
        decode_traces({"content-type": encoding}, encoded(spans(span()), encoding)[:-3], NOON)


def test_another_content_type_is_refused() -> None:
    with pytest.raises(RejectedRequestError) as refused:
        decode_traces({"content-type": "text/plain"}, b"", NOON)

    assert refused.value.status == 415


def test_an_empty_request_holds_nothing() -> None:
    assert decode_traces({"content-type": "application/x-protobuf"}, b"", NOON) == DecodedEvents([], [], [])


def test_a_span_sent_in_either_encoding_is_the_same_event() -> None:
    first, second = (decoded(encoding, span()) for encoding in ENCODINGS)

    assert first == second
    assert TRACE.endswith("a3ce929d0e0e4736")
    assert SPAN.startswith("00f0")


def test_what_earlier_requests_told_is_never_told_of_later_ones(encoding: str) -> None:
    first, other = call(encoding, user__id="u-1"), call(encoding, user__id="u-2", gen_ai__usage__input_tokens=7)

    assert (other.user_id, other.input_tokens) == ("u-2", 7)
    assert call(encoding, user__id="u-1") == first


def test_what_is_remembered_of_requests_has_a_bound_and_no_identities() -> None:
    protobuf = ENCODINGS[0]
    names = [f"app.name.{number}" for number in range(1_000)]
    for request in range(MOST_REMEMBERED // len(names) + 2):
        decoded(protobuf, span({**CALL, "gen_ai.response.id": f"r-{request}", **dict.fromkeys(names, str(request))}))

    assert 0 < len(REMEMBERED) < MOST_REMEMBERED + len(names)
    assert not [raw for raw in REMEMBERED if b"response.id" in raw]
