"""What models do: latency, throughput, errors, tokens, quality, and whole LLM calls (`inference`)."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from shared.events.fields import (
    Count,
    LargeCount,
    MetricName,
    Milliseconds,
    Name,
    Percent,
    Quantity,
    ReadOnlyName,
    ReadOnlyUsd,
    Tokens,
    Usd,
    wire_tag,
)

MOST_SPREAD = 100
"""Observations in the spreads of one event, so that no event is more than it looks to those who fold it."""


class TelemetryData(Struct, tag_field="telemetry_type", tag=wire_tag, omit_defaults=True, gc=False):
    """One of the leaf payloads of `telemetry`."""


class Breakdown(Struct, gc=False):
    queue_time_ms: Milliseconds
    processing_time_ms: Milliseconds
    network_time_ms: Milliseconds
    other_ms: Milliseconds


class Latency(TelemetryData, kw_only=True):
    model_id: Name
    request_id: Name
    total_latency_ms: Milliseconds
    ttft_ms: Milliseconds | None = None
    tokens_per_second: Quantity | None = None
    breakdown: Breakdown | None = None


class Throughput(TelemetryData, kw_only=True):
    model_id: Name
    requests_per_second: Quantity
    tokens_per_second: Quantity
    concurrent_requests: Count
    window_duration_seconds: Count


class ErrorRate(TelemetryData, kw_only=True):
    model_id: Name
    total_requests: LargeCount
    failed_requests: LargeCount
    error_rate_percent: Percent
    error_breakdown: Annotated[dict[Name, LargeCount], Meta(max_length=64)]
    window_duration_seconds: Count


class TokenUsage(TelemetryData, kw_only=True):
    model_id: Name
    request_id: Name
    prompt_tokens: Tokens
    completion_tokens: Tokens
    total_tokens: Tokens


class Share(Struct, gc=False):
    """So many observations of the same value."""

    value: Quantity
    count: Annotated[int, Meta(ge=1, le=MOST_SPREAD)]


class ModelPerformance(TelemetryData, kw_only=True):
    model_id: Name
    accuracy: Quantity | None = None
    quality_score: Quantity | None = None
    user_satisfaction: Quantity | None = None
    custom_metrics: Annotated[dict[MetricName, Quantity], Meta(max_length=20)] = {}
    spreads: Annotated[dict[MetricName, Annotated[list[Share], Meta(max_length=MOST_SPREAD)]], Meta(max_length=20)] = {}


class Operation(StrEnum):
    CHAT = "chat"
    TEXT_COMPLETION = "text_completion"
    GENERATE_CONTENT = "generate_content"
    EMBEDDINGS = "embeddings"


class Inference(TelemetryData, kw_only=True):
    """One LLM call, whole. Cached, cache-write and reasoning tokens are parts of the totals, never beside them.

    The last two fields are the hub's own: set at ingestion, whatever a client sends.
    """

    operation: Operation
    provider: Name
    model_id: Name
    request_id: Name
    latency_ms: Milliseconds
    ttft_ms: Milliseconds | None = None
    streaming: bool | None = None
    input_tokens: Tokens
    output_tokens: Tokens
    cached_input_tokens: Tokens | None = None
    cache_write_tokens: Tokens | None = None
    reasoning_tokens: Tokens | None = None
    reported_cost_usd: Usd | None = None
    error_type: Name | None = None
    finish_reason: Name | None = None
    session_id: Name | None = None
    user_id: Name | None = None
    team: Name | None = None
    computed_cost_usd: ReadOnlyUsd = None
    price_version: ReadOnlyName = None


class TelemetryPayload(Struct, tag_field="payload_type", tag="telemetry", gc=False):
    data: Latency | Throughput | ErrorRate | TokenUsage | ModelPerformance | Inference
