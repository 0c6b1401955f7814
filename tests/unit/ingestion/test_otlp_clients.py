"""What real clients sent, without what was said, comes to what their model was asked."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from functions.ingestion.otlp.decoding import decode_traces
from shared.events.custom import CustomPayload
from shared.events.event import Event
from shared.events.telemetry import Inference, Operation
from shared.measures.prices import Pricer
from tests.builders.events import NOON
from tests.builders.otlp import CALL, START, encoded, span, spans

SAMPLES = Path(__file__).parents[2] / "samples" / "otlp"
JSON = {"content-type": "application/json"}
SENT_AT = datetime.fromisoformat("2026-11-23T07:00:00Z")


def events_of(body: bytes, sent_at: datetime = SENT_AT) -> list[Event]:
    found = decode_traces(JSON, body, sent_at)
    assert found.rejections == []
    Pricer()(found.events)
    return found.events


def calls_in(sample: str) -> list[Inference]:
    leaves = [event.payload.data for event in events_of((SAMPLES / f"{sample}.json").read_bytes())]
    return [leaf for leaf in leaves if isinstance(leaf, Inference)]


def test_litellm_tells_cached_and_reasoning_tokens_as_python_prints_them() -> None:
    cached, reasoning, _ = calls_in("litellm")

    assert (cached.input_tokens, cached.cached_input_tokens, cached.output_tokens) == (1074, 256, 222)
    assert (reasoning.output_tokens, reasoning.reasoning_tokens) == (233, 67)
    assert cached.computed_cost_usd == pytest.approx(cached.reported_cost_usd)


def test_litellm_tells_the_provider_of_an_embedding_before_its_model() -> None:
    *_, embedding = calls_in("litellm")

    assert (embedding.operation, embedding.provider, embedding.input_tokens) == (Operation.EMBEDDINGS, "openai", 106)
    assert embedding.computed_cost_usd == embedding.reported_cost_usd == 2.12e-06


def test_litellm_tells_why_a_call_ended_as_a_list_in_a_text() -> None:
    assert calls_in("litellm")[0].finish_reason == "stop"


def test_a_call_of_langfuse_is_priced_though_it_names_no_provider() -> None:
    chat, embedding = calls_in("langfuse")

    assert (chat.provider, chat.model_id) == ("unknown", "gpt-4o-2024-08-06")
    assert chat.computed_cost_usd == pytest.approx((909 * 2.5 + 128 * 1.25 + 211 * 10) / 1e6)
    assert embedding.computed_cost_usd == pytest.approx(embedding.input_tokens * 0.02 / 1e6)


def test_of_two_spans_of_one_embedding_by_vercel_the_inner_one_is_counted() -> None:
    (call,) = calls_in("ai-sdk")

    assert (call.operation, call.input_tokens) == (Operation.EMBEDDINGS, 120)


def test_of_anthropics_own_span_and_openllmetrys_beside_it_one_is_counted() -> None:
    calls = calls_in("traceloop")

    assert sorted(call.input_tokens for call in calls) == [0, 634, 697]
    assert sorted(call.output_tokens for call in calls) == [0, 241, 276]
    assert sum(call.error_type is not None for call in calls) == 1


def test_openlit_tells_anthropics_cache_beside_the_input_and_a_failure_by_its_name() -> None:
    call, failure = calls_in("openlit")

    assert (call.input_tokens, call.cached_input_tokens, call.cache_write_tokens) == (569 + 96 + 32, 96, 32)
    assert (failure.provider, failure.model_id, failure.input_tokens) == ("anthropic", "claude-sonnet-4-5", 0)
    assert failure.error_type


OUTER = "53995c3f42cd8ad8"


def nested(outer: dict[str, Any], inner: dict[str, Any], **fields: Any) -> list[tuple[str, bool]]:
    """Of each event its span's last digits, and whether it is counted."""
    told = spans(span(inner, parentSpanId=OUTER, **fields), span(outer, spanId=OUTER))
    found = decode_traces(JSON, encoded(told, "application/json"), NOON)
    return [(event.event_id[-4:], not isinstance(event.payload, CustomPayload)) for event in found.events]


TOKENLESS = {key: value for key, value in CALL.items() if "usage" not in key}


def test_of_two_instrumentations_of_one_call_the_inner_one_is_counted() -> None:
    assert nested(CALL, CALL) == [("02b7", True), ("8ad8", False)]
    assert nested(TOKENLESS, TOKENLESS) == [("02b7", True), ("8ad8", False)]


def test_of_two_instrumentations_the_one_that_tells_tokens_is_counted() -> None:
    assert nested(CALL, TOKENLESS) == [("02b7", False), ("8ad8", True)]


def test_a_try_that_failed_inside_of_a_call_is_a_call_of_its_own() -> None:
    assert nested(CALL, TOKENLESS, status={"code": 2}) == [("02b7", True), ("8ad8", False)]


def beside(*each: tuple[str, str, int, int]) -> list[bool]:
    """Whether each failed call, by span id, instrumentation, start and length in milliseconds, is counted."""
    scoped = [
        {
            "scope": {"name": scope},
            "spans": [
                span(
                    TOKENLESS_FAILURE,
                    spanId=span_id,
                    status={"code": 2},
                    startTimeUnixNano=str(START + start * 1_000_000),
                    endTimeUnixNano=str(START + (start + length) * 1_000_000),
                )
            ],
        }
        for span_id, scope, start, length in each
    ]
    told = {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": scoped}]}
    return [isinstance(event.payload.data, Inference) for event in events_of(json.dumps(told).encode(), NOON)]


TOKENLESS_FAILURE = {key: value for key, value in TOKENLESS.items() if "response" not in key}
IDS = [f"{number:016x}" for number in range(1, 5)]


def test_failures_at_the_same_time_by_two_instrumentations_are_each_counted_once() -> None:
    at_once = beside((IDS[0], "a", 0, 100), (IDS[1], "a", 10, 100), (IDS[2], "b", 11, 50), (IDS[3], "b", 12, 60))

    assert at_once == [False, False, True, True]


def test_failures_one_after_the_other_or_of_one_instrumentation_are_all_counted() -> None:
    assert beside((IDS[0], "a", 0, 100), (IDS[1], "b", 101, 50)) == [True, True]
    assert beside((IDS[0], "a", 0, 100), (IDS[1], "a", 10, 50)) == [True, True]


def test_a_span_that_calls_itself_its_parent_is_counted() -> None:
    told = encoded(spans(span(CALL, parentSpanId="00f067aa0ba902b7")), "application/json")

    (event,) = events_of(told, NOON)

    assert isinstance(event.payload.data, Inference)


def test_no_sample_holds_what_was_said() -> None:
    texts = [json.dumps(json.loads(path.read_bytes())) for path in SAMPLES.iterdir()]

    assert texts
    assert not any("weather" in text or "mild" in text for text in texts)
