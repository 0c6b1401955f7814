"""LiteLLM's payloads: counted once, priced by its parts, and nothing of what was said in them."""

import json
from typing import Any

import msgspec
import pytest

from functions.ingestion.litellm.decoding import decode_litellm
from shared.errors import RejectedRequestError
from shared.events.custom import CustomPayload
from shared.events.decoding import DecodedEvents
from shared.events.event import Event
from shared.events.governance import ComplianceCheck
from shared.events.security import Threat
from shared.events.telemetry import Inference
from tests.builders.events import NOON

START = NOON.timestamp() - 60
SECRET = "my card is 4111 1111 1111 1111"


def payload(**changes: Any) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "litellm_call_id": "b980db26-9512-45cc-b1da-c511a363b83f",
        "trace_id": "4bf92f35-77b3-4da6-a3ce-929d0e0e4736",
        "call_type": "acompletion",
        "stream": True,
        "status": "success",
        "custom_llm_provider": "openai",
        "model": "openai/gpt-4o",
        "model_group": "smart",
        "response_cost": 0.0125,
        "prompt_tokens": 1000,
        "completion_tokens": 200,
        "total_tokens": 1200,
        "startTime": START,
        "completionStartTime": START + 0.25,
        "endTime": START + 1.5,
        "cache_hit": None,
        "saved_cache_cost": 0.0,
        "metadata": {
            "user_api_key_team_alias": "search",
            "user_api_key_user_id": "u-1",
            "user_api_key_alias": "ci",
            "usage_object": {
                "prompt_tokens_details": {"cached_tokens": 300},
                "completion_tokens_details": {"reasoning_tokens": 50},
            },
        },
        "messages": [{"role": "user", "content": SECRET}],
        "response": {"choices": [{"finish_reason": "stop", "message": {"content": SECRET}}]},
        "error_str": None,
        "guardrail_information": None,
        **changes,
    }


def decoded(*items: object, content_type: str = "application/json", keep_content: bool = False) -> DecodedEvents:
    body = json.dumps(items).encode()
    return decode_litellm({"content-type": content_type}, body, NOON, keep_content=keep_content)


def only(found: DecodedEvents) -> Event:
    assert found.rejections == []
    (event,) = found.events
    return event


def call_of(event: Event) -> Inference:
    assert isinstance(event.payload.data, Inference)
    return event.payload.data


def test_a_call_is_told_whole() -> None:
    event = only(decoded(payload()))

    assert call_of(event) == Inference(
        operation=call_of(event).operation,
        provider="openai",
        model_id="gpt-4o",
        request_id="b980db26-9512-45cc-b1da-c511a363b83f",
        latency_ms=1500.0,
        ttft_ms=250.0,
        streaming=True,
        input_tokens=1000,
        output_tokens=200,
        cached_input_tokens=300,
        reasoning_tokens=50,
        reported_cost_usd=0.0125,
        finish_reason="stop",
        user_id="u-1",
        team="search",
    )
    assert event.timestamp == "2026-11-22T11:59:00.000000Z"
    assert event.correlation_id == "4bf92f35-77b3-4da6-a3ce-929d0e0e4736"
    assert event.tags == {"litellm_model_group": "smart", "litellm_key_alias": "ci"}


def test_a_call_logged_again_is_the_same_event_and_a_failed_try_of_it_another() -> None:
    first, again, failed = (
        only(decoded(each)) for each in (payload(), payload(id="other", endTime=START + 2), payload(status="failure"))
    )

    assert first.event_id == again.event_id
    assert failed.event_id != first.event_id


@pytest.mark.parametrize("content_type", ["application/json", "application/x-ndjson; charset=utf-8", ""])
def test_an_array_lines_and_one_object_say_the_same(content_type: str) -> None:
    first, second = payload(), payload(litellm_call_id="c-2")
    lines = b"\n".join(json.dumps(each).encode() for each in (first, second))
    headers = {"content-type": content_type}

    assert decode_litellm(headers, lines, NOON) == decoded(first, second)
    assert decode_litellm(headers, json.dumps(first, indent=1).encode(), NOON) == decoded(first)


def test_cached_tokens_that_are_told_apart_are_added_to_the_prompt() -> None:
    usage = {"cache_read_input_tokens": 900, "cache_creation_input_tokens": 50}

    call = call_of(only(decoded(payload(prompt_tokens=10, metadata={"usage_object": usage}))))

    assert (call.input_tokens, call.cached_input_tokens, call.cache_write_tokens) == (960, 900, 50)


def test_a_cost_of_nothing_is_unknown() -> None:
    assert call_of(only(decoded(payload(response_cost=0.0)))).reported_cost_usd is None


@pytest.mark.parametrize(
    ("call_type", "operation"),
    [
        ("completion", "chat"),
        ("aresponses", "chat"),
        ("anthropic_messages", "chat"),
        ("atext_completion", "text_completion"),
        ("aembedding", "embeddings"),
        ("agenerate_content", "generate_content"),
        ("something_new", "generate_content"),
    ],
)
def test_call_types_are_operations(call_type: str, operation: str) -> None:
    assert call_of(only(decoded(payload(call_type=call_type)))).operation == operation


@pytest.mark.parametrize("change", [{"cache_hit": True}, {"call_type": "acreate_file", "total_tokens": 0}])
def test_what_called_no_model_counts_no_tokens(change: dict[str, Any]) -> None:
    assert isinstance(only(decoded(payload(**change))).payload, CustomPayload)


def test_a_failure_tells_its_class_and_not_its_message() -> None:
    error = {"error_class": "RateLimitError", "error_code": "429", "error_message": SECRET, "traceback": SECRET}

    event = only(decoded(payload(status="failure", error_information=error, error_str=SECRET)))

    assert (call_of(event).error_type, event.severity) == ("RateLimitError", "error")
    assert SECRET.encode() not in msgspec.json.encode(event)


def guardrail(**changes: Any) -> dict[str, Any]:
    return {
        "guardrail_name": "presidio",
        "guardrail_status": "guardrail_intervened",
        "guardrail_request": SECRET,
        "guardrail_response": SECRET,
        "match_details": SECRET,
        **changes,
    }


@pytest.mark.parametrize(
    ("run", "kind", "level", "mitigation"),
    [
        (
            guardrail(masked_entity_count={"CREDIT_CARD": 2}),
            {"other": "sensitive_information"},
            "medium",
            "mitigated",
        ),
        (guardrail(violation_categories=["PROMPT_ATTACK"], risk_score=9.5), "prompt_injection", "critical", "blocked"),
        (
            guardrail(guardrail_name="jailbreak-guard", guardrail_status="blocked"),
            "prompt_injection",
            "high",
            "blocked",
        ),
        (
            guardrail(guardrail_status="guardrail_flagged", violation_categories=["toxicity"]),
            {"other": "toxicity"},
            "medium",
            "detected",
        ),
    ],
)
def test_what_a_guardrail_found_is_a_threat_and_a_check_that_failed(
    run: dict[str, Any], kind: object, level: str, mitigation: str
) -> None:
    _, check, threat = (event.payload.data for event in decoded(payload(guardrail_information=[run])).events)

    assert isinstance(check, ComplianceCheck)
    assert isinstance(threat, Threat)
    assert not check.passed
    assert msgspec.to_builtins(threat.threat_type) == kind
    assert (threat.threat_level, threat.mitigation_status) == (level, mitigation)


def test_a_guardrail_that_let_through_is_a_check_that_passed_and_one_that_failed_to_run_is_nothing() -> None:
    runs = [guardrail(guardrail_status="success"), guardrail(guardrail_status="guardrail_failed_to_respond")]

    _, *others = (event.payload.data for event in decoded(payload(guardrail_information=runs)).events)

    assert [type(other) for other in others] == [ComplianceCheck]


def test_nothing_that_was_said_is_in_any_event() -> None:
    found = decoded(payload(guardrail_information=[guardrail()]))

    assert SECRET.encode() not in msgspec.json.encode(found.events)


def test_what_was_said_is_kept_beside_the_call_where_the_deployment_asks_for_it() -> None:
    call, content = decoded(payload(), keep_content=True).events

    assert isinstance(content.payload, CustomPayload)
    assert content.payload.custom_type == "llm.content"
    assert content.parent_event_id == call.event_id
    assert SECRET.encode() in bytes(content.payload.data)


def test_content_that_is_too_long_is_told_to_be() -> None:
    _, content = decoded(payload(response="x" * 70_000), keep_content=True).events

    assert isinstance(content.payload, CustomPayload)
    assert len(bytes(content.payload.data)) < 200


@pytest.mark.parametrize(
    ("item", "code", "names"),
    [
        (payload(litellm_call_id=None, id=None), "missing_id", "litellm_call_id"),
        (payload(startTime=None), "invalid_timestamp", "startTime"),
        (payload(endTime="soon"), "invalid_timestamp", "endTime"),
        (payload(endTime=START - 1), "ends_before_start", "endTime"),
        (payload(prompt_tokens=-1), "invalid_event", "input_tokens"),
        (payload(completion_tokens=2**63), "invalid_event", "output_tokens"),
        (payload(prompt_tokens="many"), "invalid_event", "input_tokens"),
        (payload(startTime=1.0, endTime=2.0), "timestamp_too_old", "timestamp"),
        (7, "invalid_event", "object"),
    ],
)
def test_each_fault_has_its_own_answer_and_harms_no_other(item: object, code: str, names: str) -> None:
    found = decoded(payload(), item, payload(litellm_call_id="c-3"))

    (rejection,) = found.rejections
    assert (rejection.index, rejection.code) == (1, code)
    assert names in rejection.message
    assert len(found.events) == 2


@pytest.mark.parametrize(
    ("content_type", "body", "status"), [("text/xml", b"{}", 415), ("application/json", b" ", 400)]
)
def test_a_request_that_holds_nothing_is_refused(content_type: str, body: bytes, status: int) -> None:
    with pytest.raises(RejectedRequestError) as error:
        decode_litellm({"content-type": content_type}, body, NOON)

    assert error.value.status == status
