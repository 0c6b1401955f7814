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
from functions.ingestion.findings import guardrail_events
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
from functions.ingestion.litellm.calls import inference_of, operation_of
from functions.ingestion.litellm.guardrails import guardrail_results
from shared.errors import RejectedEventError, RejectedRequestError
from shared.events.decoding import DecodedEvents, event_of
from shared.events.event import Event
from shared.events.framing import UNREADABLE, split_items

JSON_TYPES: Final = ("", "application/json", "text/json")
NDJSON_TYPES: Final = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines")


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
    guarded = [
        event
        for place, result in guardrail_results(told)
        for event in guardrail_events(result, envelope, *identity, "guardrail", str(place))
    ]
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
    operation = operation_of(told)
    if operation is None or told.get("cache_hit") is True:
        return _uncounted(told)
    failed = told.get("status") == "failure"
    inference = {"telemetry_type": "inference", "operation": operation, **inference_of(told, identity[1])}
    return {
        **envelope,
        "event_type": "telemetry",
        "severity": "error" if failed else "info",
        "payload": {"payload_type": "telemetry", "data": _without_nothing(inference)},
    }


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


def _without_nothing(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
