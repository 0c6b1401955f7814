"""LiteLLM's StandardLoggingPayload, as its generic API logger posts it: an array, one object, or one on each line.

A call is known by its litellm_call_id, so a log that LiteLLM sends twice is counted once. An answer from LiteLLM's own
cache was no call of a model: it becomes a custom event, and its tokens and cost count nowhere.
https://docs.litellm.ai/docs/proxy/logging_spec
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from functions.ingestion.content import content_event
from functions.ingestion.findings import GuardrailResult, Verdict, guardrail_events
from functions.ingestion.foreign import (
    DEFAULT_ENVIRONMENT,
    admit_groups,
    correlation_of,
    event_id_of,
    instant_of,
    media_type,
    named,
    parsed_object,
    section,
    unsupported_media_type,
)
from shared.errors import RejectedEventError, RejectedRequestError
from shared.events.decoding import DecodedEvents, event_of
from shared.events.event import Event
from shared.events.framing import UNREADABLE, split_items

JSON_TYPES: Final = ("", "application/json", "text/json")
NDJSON_TYPES: Final = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines")
UNKNOWN: Final = "unknown"

_OPERATIONS: Final[Mapping[str, str]] = {
    "": "chat",
    "completion": "chat",
    "responses": "chat",
    "anthropic_messages": "chat",
    "pass_through_endpoint": "chat",
    "text_completion": "text_completion",
    "embedding": "embeddings",
    "generate_content": "generate_content",
    "generate_content_stream": "generate_content",
    "image_generation": "generate_content",
    "image_edit": "generate_content",
    "transcription": "generate_content",
    "speech": "generate_content",
}
_VERDICTS: Final[Mapping[str, Verdict]] = {
    "success": Verdict.ALLOW,
    "guardrail_flagged": Verdict.WARN,
    "guardrail_intervened": Verdict.DENY,
    "blocked": Verdict.DENY,
}
"""A guardrail that failed to respond or did not run has no verdict."""


def decode_litellm(
    headers: Mapping[str, str], body: bytes, received_at: datetime, *, keep_content: bool = False
) -> DecodedEvents:
    """The events of all payloads; the index of a rejection is the payload's place."""
    media = media_type(headers.get("content-type", ""))
    if media not in (*JSON_TYPES, *NDJSON_TYPES):
        raise unsupported_media_type("application/json or application/x-ndjson")
    items = split_items(body, ndjson=_is_lines(body))
    if items in ([], [b""]):
        raise RejectedRequestError(400, "empty_body", "The body holds no payload")
    return admit_groups([_events(item, keep_content=keep_content) for item in items], received_at)


def _is_lines(body: bytes) -> bool:
    """LiteLLM calls lines application/json too: what is neither an array nor one object is lines."""
    if body.lstrip()[:1] == b"[":
        return False
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except UNREADABLE:
        return True
    return False


def _events(item: bytes, *, keep_content: bool) -> list[Event | RejectedEventError]:
    try:
        told = parsed_object(item)
        identity = _identity(told)
        envelope = _envelope(told)
        call = event_of({**envelope, **_call(told, envelope, identity), "event_id": event_id_of(*identity)})
    except RejectedEventError as error:
        return [error]
    guarded = [event for at, run in enumerate(_guardrails(told)) for event in _findings(run, told, at, identity)]
    content = {"input": told.get("messages"), "output": told.get("response")} if keep_content else {}
    return [call, *guarded, *content_event(content, envelope, *identity)]


def _identity(told: Mapping[str, Any]) -> tuple[str, str, str]:
    """A retry of a call that failed has its id, but is another call of the model."""
    call_id = named(told.get("litellm_call_id")) or named(told.get("id"))
    if call_id is None:
        raise RejectedEventError("missing_id", "Expected a text that is not empty - at `$.litellm_call_id`")
    return "litellm", call_id, "failure" if told.get("status") == "failure" else "success"


def _envelope(told: Mapping[str, Any]) -> dict[str, Any]:
    """The call is told by when it began, which is the same however often and late it is logged."""
    metadata = section(told, "metadata")
    trace_id = named(told.get("trace_id"))
    tags = {
        "litellm_model_group": named(told.get("model_group")),
        "litellm_key_alias": named(metadata.get("user_api_key_alias")),
        "litellm_org": named(metadata.get("user_api_key_org_id")),
    }
    timestamp = instant_of(told.get("startTime"))
    if timestamp is None:
        raise RejectedEventError("invalid_timestamp", "Expected seconds since 1970 - at `$.startTime`")
    return {
        "timestamp": timestamp,
        "source_module": "llm-observatory",
        "environment": named(section(metadata, "requester_metadata").get("environment")) or DEFAULT_ENVIRONMENT,
        "tags": {name: value for name, value in tags.items() if value},
        **({"correlation_id": correlation_of(trace_id) or event_id_of("litellm-trace", trace_id)} if trace_id else {}),
    }


def _call(told: Mapping[str, Any], envelope: Mapping[str, Any], identity: tuple[str, str, str]) -> dict[str, Any]:
    operation = _operation(told)
    if operation is None or told.get("cache_hit") is True:
        return _uncounted(told)
    failed = told.get("status") == "failure"
    inference = {"telemetry_type": "inference", "operation": operation, **_inference(told, identity[1])}
    return {
        **envelope,
        "event_type": "telemetry",
        "severity": "error" if failed else "info",
        "payload": {"payload_type": "telemetry", "data": _without_nothing(inference)},
    }


def _operation(told: Mapping[str, Any]) -> str | None:
    """None for what calls no model: the management of files, batches, assistants."""
    call_type = str(told.get("call_type") or "").lstrip("_")
    known = _OPERATIONS.get(call_type) or _OPERATIONS.get(call_type.removeprefix("a"))
    return known or ("generate_content" if told.get("total_tokens") else None)


def _uncounted(told: Mapping[str, Any]) -> dict[str, Any]:
    kind = "cache_hit" if told.get("cache_hit") is True else "call"
    data = {
        "call_type": named(told.get("call_type")),
        "model": named(told.get("model")),
        "saved_cost_usd": told.get("saved_cache_cost"),
        "input_tokens": told.get("prompt_tokens"),
        "output_tokens": told.get("completion_tokens"),
    }
    return {
        "event_type": "telemetry",
        "severity": "info",
        "payload": {"payload_type": "custom", "custom_type": f"litellm.{kind}", "data": _without_nothing(data)},
    }


def _inference(told: Mapping[str, Any], call_id: str) -> dict[str, Any]:
    metadata = section(told, "metadata")
    provider = named(told.get("custom_llm_provider")) or UNKNOWN
    model = named(told.get("model"))
    return {
        "provider": provider,
        "model_id": model.removeprefix(f"{provider}/") if model else UNKNOWN,
        "request_id": call_id,
        **_times(told),
        **_tokens(told),
        "reported_cost_usd": told.get("response_cost") or None,
        "error_type": _error_type(told),
        "finish_reason": _finish_reason(told),
        "session_id": named(told.get("session_id")),
        "user_id": named(told.get("end_user"))
        or named(metadata.get("user_api_key_end_user_id"))
        or named(metadata.get("user_api_key_user_id")),
        "team": named(metadata.get("user_api_key_team_alias")) or named(metadata.get("user_api_key_team_id")),
    }


def _times(told: Mapping[str, Any]) -> dict[str, Any]:
    start, first, end = (told.get(name) for name in ("startTime", "completionStartTime", "endTime"))
    if not isinstance(start, int | float) or instant_of(end) is None or not isinstance(end, int | float):
        raise RejectedEventError("invalid_timestamp", "Expected seconds since 1970 - at `$.endTime`")
    if end < start:
        raise RejectedEventError("ends_before_start", "Expected no less than `$.startTime` - at `$.endTime`")
    streaming = told.get("stream") is True
    is_told = streaming and isinstance(first, int | float) and start < first < end
    return {
        "latency_ms": (end - start) * 1000,
        "ttft_ms": (first - start) * 1000 if is_told and isinstance(first, int | float) else None,
        "streaming": streaming or None,
    }


def _tokens(told: Mapping[str, Any]) -> dict[str, Any]:
    """Cached tokens are part of LiteLLM's prompt tokens; where they are more than these, the log tells them apart."""
    usage = section(section(told, "metadata"), "usage_object") or section(
        section(told, "hidden_params"), "usage_object"
    )
    asked, answered = section(usage, "prompt_tokens_details"), section(usage, "completion_tokens_details")
    read = _first(asked.get("cached_tokens"), usage.get("cache_read_input_tokens"))
    written = _first(asked.get("cache_creation_tokens"), usage.get("cache_creation_input_tokens"))
    prompt = told.get("prompt_tokens") or 0
    parts = sum(part for part in (read, written) if part)
    if isinstance(prompt, int) and 0 <= prompt < parts:
        prompt += parts
    return {
        "input_tokens": prompt,
        "output_tokens": told.get("completion_tokens") or 0,
        "cached_input_tokens": read,
        "cache_write_tokens": written,
        "reasoning_tokens": _first(answered.get("reasoning_tokens")),
    }


def _first(*counts: object) -> int | None:
    """The first that counts anything: LiteLLM fills in 0 and null where the provider said nothing."""
    return next((count for count in counts if isinstance(count, int) and count > 0), None)


def _error_type(told: Mapping[str, Any]) -> str | None:
    """A class or a status, never the message, in which prompts are quoted."""
    if told.get("status") != "failure":
        return None
    error = section(told, "error_information")
    return named(error.get("error_class")) or named(error.get("error_code")) or "error"


def _finish_reason(told: Mapping[str, Any]) -> str | None:
    choices = section(told, "response").get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return named(first.get("finish_reason")) if isinstance(first, dict) else None


def _guardrails(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A list; older versions send the one that ran."""
    runs = told.get("guardrail_information")
    return [run for run in (runs if isinstance(runs, list) else [runs]) if isinstance(run, dict)]


def _findings(
    run: Mapping[str, Any], told: Mapping[str, Any], at: int, identity: tuple[str, ...]
) -> list[Event | RejectedEventError]:
    result = _result(run, told)
    return guardrail_events(result, _envelope(told), *identity, "guardrail", str(at)) if result else []


def _result(run: Mapping[str, Any], told: Mapping[str, Any]) -> GuardrailResult | None:
    verdict = _VERDICTS.get(str(run.get("guardrail_status")))
    if verdict is None:
        return None
    found = {str(kind): n for kind, n in section(run, "masked_entity_count").items() if isinstance(n, int) and n > 0}
    told_categories = run.get("violation_categories")
    categories = [str(each) for each in told_categories] if isinstance(told_categories, list) else []
    return GuardrailResult(
        name=named(run.get("guardrail_name")) or named(run.get("guardrail_provider")) or UNKNOWN,
        verdict=Verdict.MODIFY if found else verdict,
        categories=tuple(categories or (["pii"] if found else [])),
        policy=named(run.get("policy_template")),
        rules=tuple(filter(None, [named(run.get("guardrail_id"))])),
        score=_risk(run),
        target=named(told.get("model")) or "llm",
        found=found,
    )


def _risk(run: Mapping[str, Any]) -> float | None:
    """From 0 to 1; LiteLLM's own is from 0 to 10."""
    risk = run.get("risk_score")
    return min(max(risk / 10, 0.0), 1.0) if isinstance(risk, int | float) and not isinstance(risk, bool) else None


def _without_nothing(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
