"""The compiled prices say what the package says."""

import warnings
from datetime import datetime

import pytest
from genai_prices import Usage, calc_price
from genai_prices.data import providers
from genai_prices.types import Provider

from shared.measures.compile_prices import TARGET, compiled
from shared.measures.price_table import compiled_table
from shared.measures.prices import Pricer
from tests.unit.measures.observing import call_of, inference

TIMES = ("2026-11-22T10:05:12.345678Z", "2026-11-22T17:05:12.345678Z", "2025-02-01T02:00:00.000000Z")
USAGES = (
    {"input_tokens": 1000, "output_tokens": 500, "cached_input_tokens": 100, "reasoning_tokens": 50},
    {"input_tokens": 300_000, "output_tokens": 500, "cached_input_tokens": 200, "cache_write_tokens": 40},
    {"input_tokens": 200_000, "output_tokens": 0},
)
THEIR_NAMES = {
    "cached_input_tokens": "cache_read_tokens",
    "cache_write_tokens": "cache_write_tokens",
    "reasoning_tokens": "output_reasoning_tokens",
}
SEEN_BY_US = ("input_mtok", "output_mtok", "requests_kcount")
TABLE = compiled_table()


def theirs(provider: Provider, model: str, at: str, usage: dict[str, int]) -> float | None:
    """The package's price; None where it knows none, or only in units that a call does not carry."""
    tokens = Usage(**{THEIR_NAMES.get(name, name): count for name, count in usage.items()})
    time = datetime.fromisoformat(at)
    try:
        with warnings.catch_warnings(action="ignore"):
            price = calc_price(tokens, model, provider_id=provider.id, genai_request_timestamp=time)
    except LookupError:  # some ids are names for people that no client sends
        return None
    stored = {key for key, value in vars(price.model_price).items() if value is not None}
    return float(price.total_price) if not stored or stored.intersection(SEEN_BY_US) else None


def test_the_compiled_file_is_that_of_the_pinned_package() -> None:
    assert TARGET.read_bytes() == compiled(), "run `python -m shared.measures.compile_prices`"


@pytest.mark.parametrize("provider", providers, ids=lambda provider: provider.id)
def test_every_model_costs_what_the_package_says_to_the_nano_dollar(provider: Provider) -> None:
    pricer = Pricer(TABLE)

    for model in provider.models:
        for at in TIMES:
            for usage in USAGES:
                call = inference(provider=provider.id, model_id=model.id, **usage)
                call.timestamp = at
                pricer([call])
                expected = theirs(provider, model.id, at, usage)
                assert call_of(call).computed_cost_usd == (expected and pytest.approx(expected, abs=1e-9)), model.id


@pytest.mark.parametrize(
    ("provider", "name", "same_as"),
    [
        ("aws.bedrock", "us.anthropic.claude-haiku-4-5-20251001-v1:0", "regional.anthropic.claude-haiku-4-5-20251001-v1:0"),
        ("azure.ai.openai", "gpt-4o-2024-11-20", "gpt-4o"),
        ("gcp.vertex_ai", "gemini-2.5-pro", "gemini-2.5-pro"),
        ("azure", "gpt-4o", "gpt-4o"),
        (" OpenAI ", "GPT-4o", "gpt-4o"),
        ("openai", "gpt-5.2-20251211", "gpt-5.2"),
        ("litellm", "openai/gpt-4o", "gpt-4o"),
        ("litellm", "gpt-4o", "gpt-4o"),
    ],
)  # fmt: skip
def test_a_model_is_found_under_the_names_that_clients_use(provider: str, name: str, same_as: str) -> None:
    found = TABLE.prices(provider, name)

    assert found
    assert found in [model.prices for known in TABLE.providers for model in known.models if model.id == same_as]


@pytest.mark.parametrize(
    ("provider", "model"),
    [("vllm", "gpt-4o"), ("openai", "no-such-model"), ("openai", "gpt-9-20251345"), ("litellm", "acme/own"), ("", "")],
)
def test_what_nobody_sells_has_no_price(provider: str, model: str) -> None:
    assert TABLE.prices(provider, model) == ()
