"""One LLM call as an event in the hub's native format."""

from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from perf.workloads.catalog import EMBEDDING, ModelProfile, Team

Json = dict[str, Any]

ERROR_RATE = 0.012
ERRORS = ("rate_limit_exceeded", "timeout", "overloaded", "content_filter")
CONTEXT_WINDOW = 120_000
LONGEST_ANSWER = 16_000
FAVOURITE = 0.7  # how often a team's first model is chosen, and then the second of those left


def uuid(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))


def timestamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def envelope(random: Random, at: datetime, source_module: str, kind: str, payload: Json, **fields: Any) -> Json:
    """An event around the data of a payload; `fields` replace what the envelope would hold."""
    return {
        "event_id": uuid(random),
        "timestamp": timestamp(at),
        "source_module": source_module,
        "event_type": kind,
        "severity": "info",
        "environment": "production",
        "payload": {"payload_type": kind, "data": payload},
    } | fields


def call(random: Random, at: datetime, team: Team, session: str) -> Json:
    """A telemetry/inference event: heavy-tailed tokens, latency that follows from them, now and then an error."""
    model = _choose(random, team)
    error = random.choice(ERRORS) if random.random() < ERROR_RATE else None
    tokens = _tokens(random, team, model, failed=error is not None)
    return envelope(
        random,
        at,
        team.source_module,
        "telemetry",
        {
            "telemetry_type": "inference",
            "operation": "embeddings" if model is EMBEDDING else "chat",
            "provider": model.provider,
            "model_id": model.model_id,
            "request_id": f"req-{random.getrandbits(64):016x}",
            **_timing(random, model, tokens),
            **tokens,
            **({"reported_cost_usd": _cost(model, tokens)} if team.reports_cost else {}),
            **({"error_type": error} if error else {"finish_reason": "stop"}),
            "session_id": session,
            "user_id": f"user-{random.randrange(400):03d}",
            "team": team.name,
        },
        correlation_id=session,
        severity="error" if error else "info",
        environment="staging" if random.random() < 0.08 else "production",
        tags={"service": f"{team.name}-api", "region": random.choice(("eu-west-1", "us-east-1")), "version": "3.4.1"},
    )


def _choose(random: Random, team: Team) -> ModelProfile:
    for model in team.models:
        if random.random() < FAVOURITE:
            return model
    return team.models[-1]


def _tokens(random: Random, team: Team, model: ModelProfile, *, failed: bool) -> dict[str, int]:
    asked = _lognormal(random, team.input_log_mean, team.input_log_spread, CONTEXT_WINDOW)
    answered = _lognormal(random, team.output_log_mean, team.output_log_spread, LONGEST_ANSWER)
    answered = 0 if failed or model is EMBEDDING else answered
    tokens = {"input_tokens": asked, "output_tokens": answered}
    if random.random() < team.cached_share:
        tokens["cached_input_tokens"] = int(asked * random.uniform(0.2, 0.95)) // 128 * 128
    if model.reasons and answered:
        tokens["reasoning_tokens"] = int(answered * random.uniform(0.2, 0.8))
    return tokens


def _lognormal(random: Random, mean: float, spread: float, most: int) -> int:
    return min(most, max(1, round(random.lognormvariate(mean, spread))))


def _timing(random: Random, model: ModelProfile, tokens: dict[str, int]) -> Json:
    """The first token waits for the prompt to be read; every further one takes its time."""
    read_ms = (tokens["input_tokens"] - tokens.get("cached_input_tokens", 0)) / 20
    first = (model.first_token_ms + read_ms) * random.lognormvariate(0, 0.35)
    rest = tokens["output_tokens"] * model.token_ms * random.lognormvariate(0, 0.2)
    timing: Json = {"latency_ms": round(first + rest, 3)}
    return timing if model is EMBEDDING else timing | {"ttft_ms": round(first, 3), "streaming": True}


def _cost(model: ModelProfile, tokens: dict[str, int]) -> float:
    """As a simple producer reports it: at list price, without the discount for cached tokens."""
    return round((tokens["input_tokens"] * model.input_price + tokens["output_tokens"] * model.output_price) / 1e6, 9)
