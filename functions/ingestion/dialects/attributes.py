"""What clients call what the hub wants to know: for each fact the attributes that may tell it, the best first.

All generations of the GenAI semantic conventions that are in use, and OpenInference, OpenLLMetry (traceloop), OpenLIT,
Langfuse, pydantic-ai (logfire), the Vercel AI SDK and LiteLLM. An attribute that is not here is not read, which drops
prompts, answers and labels of high cardinality by rule.
https://opentelemetry.io/docs/specs/semconv/gen-ai/ https://github.com/Arize-ai/openinference/tree/main/spec
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

FACTS: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        "kind": (
            "langfuse.observation.type",
            "openinference.span.kind",
            "gen_ai.operation.name",
            "traceloop.span.kind",
            "llm.request.type",
            "ai.operationId",
            "operation.name",
        ),
        "provider": (
            "gen_ai.provider.name",
            "gen_ai.system",
            "llm.provider",
            "llm.system",
            "ai.model.provider",
            "langfuse.observation.metadata.ls_provider",
        ),
        "provider_model": ("litellm.provider.model",),
        "response_model": ("gen_ai.response.model", "llm.response.model", "ai.response.model"),
        "request_model": (
            "gen_ai.request.model",
            "llm.request.model",
            "llm.model_name",
            "embedding.model_name",
            "langfuse.observation.model.name",
            "ai.model.id",
            "model_name",  # vLLM's metrics
        ),
        "request_id": ("gen_ai.response.id", "llm.response.id", "ai.response.id"),
        "input_tokens": (
            "gen_ai.usage.input_tokens",
            "gen_ai.usage.prompt_tokens",
            "llm.token_count.prompt",
            "llm.usage.prompt_tokens",
            "ai.usage.inputTokens",
            "ai.usage.promptTokens",
            "ai.usage.tokens",
        ),
        "output_tokens": (
            "gen_ai.usage.output_tokens",
            "gen_ai.usage.completion_tokens",
            "llm.token_count.completion",
            "llm.usage.completion_tokens",
            "ai.usage.outputTokens",
            "ai.usage.completionTokens",
        ),
        "total_tokens": (
            "gen_ai.usage.total_tokens",
            "llm.usage.total_tokens",
            "llm.token_count.total",
            "ai.usage.totalTokens",
        ),
        "cached_input_tokens": (
            "gen_ai.usage.cache_read.input_tokens",
            "gen_ai.usage.cache_read_input_tokens",
            "gen_ai.usage.details.cache_read_tokens",
            "gen_ai.usage.details.cache_read_input_tokens",
            "gen_ai.usage.input_tokens.cached",
            "llm.token_count.prompt_details.cache_read",
            "llm.usage.cache_read_input_tokens",
            "ai.usage.inputTokenDetails.cacheReadTokens",
            "ai.usage.cachedInputTokens",
        ),
        "cache_write_tokens": (
            "gen_ai.usage.cache_write.input_tokens",
            "gen_ai.usage.cache_creation.input_tokens",
            "gen_ai.usage.cache_creation_input_tokens",
            "gen_ai.usage.details.cache_write_tokens",
            "gen_ai.usage.details.cache_creation_input_tokens",
            "llm.token_count.prompt_details.cache_write",
            "llm.usage.cache_creation_input_tokens",
            "ai.usage.inputTokenDetails.cacheWriteTokens",
            "ai.usage.cacheCreationInputTokens",
        ),
        "reasoning_tokens": (
            "gen_ai.usage.reasoning.output_tokens",
            "gen_ai.usage.reasoning_tokens",
            "gen_ai.usage.details.reasoning_tokens",
            "gen_ai.usage.completion_tokens_details.reasoning_tokens",
            "gen_ai.usage.completion_tokens.reasoning",
            "llm.token_count.completion_details.reasoning",
            "llm.usage.reasoning_tokens",
            "ai.usage.outputTokenDetails.reasoningTokens",
            "ai.usage.reasoningTokens",
        ),
        "usage_details": ("langfuse.observation.usage_details",),
        "usage_object": ("metadata.usage_object",),  # LiteLLM's, as Python prints it
        "cost": (
            "gen_ai.cost.total_cost",
            "gen_ai.usage.cost",
            "gen_ai.usage.total_cost",
            "operation.cost",
            "llm.cost.total",
        ),
        "cost_details": ("langfuse.observation.cost_details",),
        "ttft_seconds": (
            "gen_ai.response.time_to_first_chunk",
            "gen_ai.response.time_to_first_token",
            "gen_ai.server.time_to_first_token",
            "gen_ai.server.ttft",
            "gen_ai.client.operation.time_to_first_chunk",
        ),
        "ttft_ms": ("ai.response.msToFirstChunk", "ai.stream.msToFirstChunk"),
        "first_token_at": ("langfuse.observation.completion_start_time",),
        "streaming": (
            "gen_ai.request.stream",
            "gen_ai.request.is_stream",
            "llm.is_streaming",
            "gen_ai.is_streaming",
        ),
        "finish_reason": (
            "gen_ai.response.finish_reasons",
            "gen_ai.response.finish_reason",
            "llm.response.finish_reason",
            "llm.finish_reason",
            "llm.response.stop_reason",
            "ai.response.finishReason",
        ),
        "session_id": (
            "gen_ai.conversation.id",
            "session.id",
            "langfuse.session.id",
            "traceloop.association.properties.session_id",
            "ai.telemetry.metadata.sessionId",
        ),
        "user_id": (
            "user.id",
            "langfuse.user.id",
            "enduser.id",
            "gen_ai.request.user",
            "gen_ai.user",
            "llm.user",
            "traceloop.association.properties.user_id",
            "ai.telemetry.metadata.userId",
            "metadata.user_api_key_end_user_id",
            "metadata.user_api_key_user_id",
        ),
        "team": (
            "team",
            "traceloop.association.properties.team",
            "ai.telemetry.metadata.team",
            "metadata.user_api_key_team_alias",
            "metadata.user_api_key_team_id",
        ),
        "environment": ("langfuse.environment", "deployment.environment.name", "deployment.environment"),
        "error_type": ("error.type", "exception.type"),
        "http_status": ("http.response.status_code", "http.status_code"),
        "tool": ("gen_ai.tool.name", "tool.name", "tool_call.function.name", "ai.toolCall.name"),
        "agent": ("gen_ai.agent.name", "agent.name", "agent_name"),
        "verdict": ("gen_ai.guardrail.verdict.type", "guardrail_status", "guardrail.status"),
        "guardrail": ("gen_ai.guardrail.name", "guardrail_name", "guardrail.name"),
        "category": ("gen_ai.security.risk.category", "gen_ai.guardrail.risk.category"),
        "risk": ("gen_ai.security.risk.score", "gen_ai.guardrail.risk.score"),
        "policy": ("gen_ai.security.policy.id", "gen_ai.guardrail.policy.id"),
        "rule": ("gen_ai.security.policy.rule.id", "gen_ai.guardrail.rule.id"),
        "evaluation": ("gen_ai.evaluation.name",),
        "score": ("gen_ai.evaluation.score.value", "gen_ai.evaluation.score"),
        "score_label": ("gen_ai.evaluation.score.label",),
    }
)

RESOURCE_FACTS: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        "service": ("service.name",),
        "team": ("team", "service.namespace"),
        "environment": ("deployment.environment.name", "deployment.environment", "langfuse.environment"),
    }
)


class Known(NamedTuple):
    """Which fact an attribute tells, and how many others tell it better."""

    fact: str
    rank: int


def table_of(facts: Mapping[str, Sequence[str]]) -> Mapping[str, Known]:
    """By attribute.

    >>> table_of({"cost": ("operation.cost", "llm.cost.total")})["llm.cost.total"]
    Known(fact='cost', rank=1)
    """
    return {key: Known(fact, rank) for fact, keys in facts.items() for rank, key in enumerate(keys)}


SPAN_KEYS: Final = table_of(FACTS)
RESOURCE_KEYS: Final = table_of(RESOURCE_FACTS)
