"""What a span is: a call of a model, which counts, or something around or beside one, which never does.

Frameworks sum the usage of the calls below them up on their agents, chains and workflows. These are edges of the graph.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from shared.events.telemetry import Operation

Kind = Operation | str
"""An operation for what counts; else the name of what stands in the graph."""

GUARDRAIL: Final = "guardrail"
EVALUATION: Final = "evaluation"
OTHER: Final = "other"
WRAPPER: Final = "wrapper"
"""A call that a span inside of it tells of."""

_NAMED: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        # GenAI semantic conventions, and LiteLLM's calls by their functions.
        **dict.fromkeys(("chat", "completion", "acompletion", "responses", "aresponses"), Operation.CHAT),
        **dict.fromkeys(("anthropic_messages", "fetch_response"), Operation.CHAT),
        **dict.fromkeys(("text_completion", "atext_completion"), Operation.TEXT_COMPLETION),
        **dict.fromkeys(("generate_content", "agenerate_content"), Operation.GENERATE_CONTENT),
        **dict.fromkeys(("embeddings", "embedding", "aembedding"), Operation.EMBEDDINGS),
        **dict.fromkeys(("execute_tool", "tool", "mcp"), "tool"),
        **dict.fromkeys(("invoke_agent", "create_agent", "agent", "agent_step", "plan"), "agent"),
        **dict.fromkeys(("invoke_workflow", "workflow", "chain", "task", "span", "event"), "chain"),
        **dict.fromkeys(("retrieval", "retriever", "reranker", "rerank", "vector_db"), "retrieval"),
        **dict.fromkeys(("run_guardrail", "guardrail"), GUARDRAIL),
        **dict.fromkeys(("evaluate", "evaluation", "evaluator"), EVALUATION),
        # OpenInference's and Langfuse's kinds.
        **dict.fromkeys(("llm", "generation"), Operation.CHAT),
        # The Vercel AI SDK: of each pair of spans the inner one is the call.
        **{
            f"ai.{wrapper}.{call}": operation
            for wrappers, call, operation in (
                (("generatetext", "generateobject"), "dogenerate", Operation.CHAT),
                (("streamtext", "streamobject"), "dostream", Operation.CHAT),
                (("embed", "embedmany"), "doembed", Operation.EMBEDDINGS),
            )
            for wrapper in wrappers
        },
        **dict.fromkeys(("ai.generatetext", "ai.generateobject", "ai.streamtext", "ai.streamobject"), "chain"),
        **dict.fromkeys(("ai.embed", "ai.embedmany"), "chain"),
        "ai.toolcall": "tool",
    }
)
_OF_REQUEST_TYPE: Final[Mapping[str, Kind]] = MappingProxyType(
    {**_NAMED, "completion": Operation.TEXT_COMPLETION, "rerank": "retrieval"}
)
"""OpenLLMetry's `llm.request.type` means by a completion that of the older API."""
REQUEST_TYPE_RANK: Final = 4


def kind_named(name: str, rank: int) -> Kind:
    """`rank` is that of the attribute that tells it.

    >>> kind_named("LLM", 1), kind_named("completion", 4), kind_named("ai.generateText", 5), kind_named("reindex", 2)
    (<Operation.CHAT: 'chat'>, <Operation.TEXT_COMPLETION: 'text_completion'>, 'chain', 'other')
    """
    named = _OF_REQUEST_TYPE if rank == REQUEST_TYPE_RANK else _NAMED
    return named.get(name.strip().lower().partition(" ")[0], OTHER)
