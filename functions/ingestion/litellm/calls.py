"""What a payload of LiteLLM tells of the call of a model, by the fields of an inference."""

from collections.abc import Mapping
from typing import Any, Final

from functions.ingestion.foreign import instant_of, named, section
from shared.errors import RejectedEventError

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


def operation_of(told: Mapping[str, Any]) -> str | None:
    """None for what calls no model: the management of files, batches, assistants."""
    call_type = str(told.get("call_type") or "").lstrip("_")
    known = _OPERATIONS.get(call_type) or _OPERATIONS.get(call_type.removeprefix("a"))
    return known or ("generate_content" if told.get("total_tokens") else None)


def inference_of(told: Mapping[str, Any], call_id: str) -> dict[str, Any]:
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
