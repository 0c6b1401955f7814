"""Which metrics the hub takes: those that no span of the same client tells.

What a client measures of its calls, agents and tools, its spans say call by call, with more detail. Both would be counted,
so these metrics are left out, without a word: every SDK sends them by default. What a model's server measures, and what
nobody else can, is taken.
"""

from typing import Final

TOLD_BY_SPANS: Final = (
    "gen_ai.client.",
    "gen_ai.invoke_agent.",
    "gen_ai.create_agent.",
    "gen_ai.invoke_workflow.",
    "gen_ai.workflow.",
    "gen_ai.execute_tool.",
    "gen_ai.agent.",
    "gen_ai.usage.",  # OpenLIT before its 1.33
    "gen_ai.total.",
    "llm.openai.",  # OpenLLMetry before the conventions
    "llm.anthropic.",
    "llm.usage.",
    "litellm.",
)
TAKEN: Final = ("gen_ai.", "llm.", "vllm", "llm_hub.")


def is_taken(name: str) -> bool:
    """By its name.

    >>> is_taken("gen_ai.server.request.duration"), is_taken("gen_ai.client.token.usage"), is_taken("process.cpu.time")
    (True, False, False)
    """
    return name.startswith(TAKEN) and not name.startswith(TOLD_BY_SPANS)
