"""Who calls which models, and how: the cast of the seeded workload."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """A model as its users meet it: list price in USD per million tokens, speed, and whether it reasons."""

    provider: str
    model_id: str
    input_price: float
    output_price: float
    first_token_ms: float
    token_ms: float
    reasons: bool = False


@dataclass(frozen=True, slots=True)
class Team:
    """A team with its share of the traffic, its models by preference, and the shape of its requests.

    Token counts are lognormal, as in the published traces: `exp` of a normal with these means and spreads.
    """

    name: str
    weight: float
    source_module: str
    models: tuple[ModelProfile, ...]
    input_log_mean: float
    input_log_spread: float
    output_log_mean: float
    output_log_spread: float
    cached_share: float
    reports_cost: bool


GPT = ModelProfile("openai", "gpt-5", 1.25, 10, 900, 9, reasons=True)
GPT_MINI = ModelProfile("openai", "gpt-5-mini", 0.25, 2, 450, 6)
GPT_4O = ModelProfile("openai", "gpt-4o", 2.5, 10, 420, 11)
SONNET = ModelProfile("anthropic", "claude-sonnet-4-5", 3, 15, 800, 14)
HAIKU = ModelProfile("anthropic", "claude-haiku-4-5", 1, 5, 380, 7)
GEMINI_PRO = ModelProfile("google", "gemini-2.5-pro", 1.25, 10, 1100, 8, reasons=True)
GEMINI_FLASH = ModelProfile("google", "gemini-2.5-flash", 0.3, 2.5, 300, 4)
NOVA = ModelProfile("aws.bedrock", "amazon.nova-pro-v1:0", 0.8, 3.2, 500, 8)
MISTRAL = ModelProfile("mistral", "mistral-large-2512", 0.5, 1.5, 520, 9)
EMBEDDING = ModelProfile("openai", "text-embedding-3-small", 0.02, 0, 60, 0)
# Served by ourselves: in no price list, so its calls show as unpriced.
OWN_LLAMA = ModelProfile("vllm", "acme-llama-3.3-70b-support", 0, 0, 250, 18)

TEAMS = (
    Team("support", 34, "llm-observatory", (GPT_MINI, HAIKU, OWN_LLAMA), 6.9, 0.9, 5.0, 0.8, 0.5, reports_cost=True),
    Team(
        "search", 26, "llm-observatory", (EMBEDDING, GEMINI_FLASH, GPT_MINI), 5.6, 0.7, 4.2, 0.6, 0.1, reports_cost=True
    ),
    Team("coding", 18, "llm-observatory", (SONNET, GPT, GEMINI_PRO), 8.6, 1.1, 6.2, 1.0, 0.8, reports_cost=False),
    Team("documents", 12, "llm-registry", (NOVA, MISTRAL, GEMINI_PRO), 8.1, 0.8, 6.0, 0.7, 0.0, reports_cost=True),
    Team("risk", 7, "llm-policy-engine", (GPT_4O, MISTRAL), 6.2, 0.6, 4.6, 0.5, 0.2, reports_cost=False),
    Team("research", 3, "llm-observatory", (SONNET, GEMINI_PRO, GPT), 7.6, 1.3, 6.6, 1.2, 0.3, reports_cost=False),
)
