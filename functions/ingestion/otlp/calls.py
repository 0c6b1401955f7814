"""What a span tells of the call of a model, by the fields of an inference."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from functions.ingestion.dialects.scopes import CACHE_APART
from functions.ingestion.dialects.tokens import json_object, tokens_of
from functions.ingestion.otlp.reading import Facts, Span
from shared.errors import RejectedEventError
from shared.events.fields import LARGEST_STORED
from shared.events.telemetry import Inference, Operation

UNKNOWN: Final = "unknown"
_MOST_MS: Final = LARGEST_STORED // 1_000
_MOST_USD: Final = LARGEST_STORED // 1_000_000_000


def inference_of(span: Span, operation: Operation) -> Inference:
    """Raises RejectedEventError for a latency, a cost or counts out of bounds."""
    told, tokens = span.facts.get, tokens_of(span.facts, apart=span.scope in CACHE_APART)
    latency_ms = (span.end_ns - span.start_ns) / 1e6
    if latency_ms > _MOST_MS:
        raise RejectedEventError("out_of_bounds", f"Expected a call of at most {_MOST_MS} ms")
    return Inference(
        operation=operation,
        provider=told("provider") or _provider_before(told("provider_model")),
        model_id=told("response_model") or told("request_model") or UNKNOWN,
        request_id=told("request_id") or span.span_id,
        latency_ms=latency_ms,
        ttft_ms=_ttft_ms(span, latency_ms),
        streaming=told("streaming"),
        input_tokens=tokens.input,
        output_tokens=tokens.output,
        cached_input_tokens=tokens.cached,
        cache_write_tokens=tokens.written,
        reasoning_tokens=tokens.reasoning,
        reported_cost_usd=_cost(span.facts),
        error_type=error_type_of(span),
        finish_reason=told("finish_reason"),
        session_id=told("session_id"),
        user_id=told("user_id"),
        team=told("team") or span.resource.team,
    )


def _provider_before(model: str | None) -> str:
    """In a name such as openai/gpt-4o, which LiteLLM tells where it tells no provider."""
    provider, slash, _ = (model or "").partition("/")
    return provider if provider and slash else UNKNOWN


def _ttft_ms(span: Span, latency_ms: float) -> float | None:
    """None where it is not told, or cannot be: below zero, or after the end."""
    facts = span.facts
    if "ttft_seconds" in facts:
        told = facts["ttft_seconds"] * 1000
    elif "ttft_ms" in facts:
        told = facts["ttft_ms"]
    elif "first_token_at" in facts:
        told = _since_start(span)
    else:
        return None
    return told if 0 < told <= latency_ms else None


def _since_start(span: Span) -> float:
    """Langfuse writes an instant in JSON's quotes. What is none came before the start."""
    try:
        first = datetime.fromisoformat(span.facts["first_token_at"].strip('"'))
    except ValueError:
        return -1
    return -1 if first.tzinfo is None else first.timestamp() * 1000 - span.start_ns / 1e6


def _cost(facts: Facts) -> float | None:
    """A cost of nothing says that the client knows no price."""
    cost: float | None = facts.get("cost")
    if cost is None and "cost_details" in facts:
        cost = _summed(json_object(facts["cost_details"]))
    if not cost:
        return None
    if not 0 < cost <= _MOST_USD:
        raise RejectedEventError("out_of_bounds", f"Expected a cost from 0 to {_MOST_USD} USD")
    return cost


def _summed(details: Mapping[str, Any]) -> float:
    costs = {name: cost for name, cost in details.items() if isinstance(cost, int | float)}
    return costs.get("total", sum(costs.values()))


def error_type_of(span: Span) -> str | None:
    """A class or a status, never the message, in which prompts are quoted."""
    told: str | None = span.facts.get("error_type")
    if told is None and span.is_failed:
        return span.facts.get("http_status") or "error"
    return told
