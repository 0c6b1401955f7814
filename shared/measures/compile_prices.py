"""Compiles the prices of the pinned genai-prices package into prices.json: `python -m shared.measures.compile_prices`.

Importing the package costs 190 ms of CPU and 27 MB; reading the compiled table costs a few milliseconds. What is kept is
what an inference event can be priced by: how providers and models are matched, and prices per token and per request.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
from genai_prices import types
from genai_prices.data import providers

TARGET = Path(__file__).with_name("prices.json")
PICO_USD_PER_TOKEN = 10**6  # of a price in USD per million tokens
PICO_USD_PER_REQUEST = 10**9  # of a price in USD per thousand requests
TOKEN_PRICES = ("input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok", "output_reasoning_mtok")
PRICED_BY_US = {*TOKEN_PRICES, "requests_kcount"}

Price = Decimal | types.TieredPrices | None


def compiled() -> bytes:
    """The table as JSON, one model a line so that an update reads well as a diff."""
    table = {
        "version": f"genai-prices/{version('genai-prices')}",
        "providers": [_provider(provider) for provider in providers],
    }
    lines = msgspec.json.encode(table, order="deterministic").replace(b'{"id":', b'\n{"id":')
    return lines + b"\n"


def _provider(provider: types.Provider) -> dict[str, Any]:
    return {
        "id": provider.id,
        "match": _clause(provider.provider_match),
        "model_match": _clause(provider.model_match),
        "fallbacks": provider.fallback_model_providers or [],
        "models": [_model(model) for model in provider.models],
    }


def _model(model: types.ModelInfo) -> dict[str, Any]:
    return {"id": model.id, "match": _clause(model.match), "prices": list(_alternatives(model.prices))}


def _clause(clause: Any) -> Any:
    """A clause as nested lists: ["equals", text], ["or", [clauses]]..."""
    if clause is None:
        return None
    ((field, value),) = vars(clause).items()
    if isinstance(value, list):
        return [field.rstrip("_"), [_clause(part) for part in value]]
    return [field, value if field == "regex" else value.lower()]


def _alternatives(prices: types.ModelPrice | list[types.ConditionalPrice]) -> Iterator[dict[str, Any]]:
    """In the order in which they are tried; where no condition holds, the first price of the package applies."""
    if isinstance(prices, types.ModelPrice):
        yield _rates(prices)
        return
    for conditional in reversed(prices):
        yield _condition(conditional.constraint) | _rates(conditional.prices)
    if prices[0].constraint is not None:
        yield _rates(prices[0].prices)


def _condition(constraint: Any) -> dict[str, Any]:
    if isinstance(constraint, types.StartDateConstraint):
        return {"since": constraint.start_date.isoformat()}
    if isinstance(constraint, types.TimeOfDateConstraint):
        return {"daily": [_utc_time(constraint.start_time), _utc_time(constraint.end_time)]}
    return {}


def _utc_time(value: Any) -> str:
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime.combine(datetime(1970, 1, 1, tzinfo=UTC), aware).astimezone(UTC).strftime("%H:%M:%S.%f")


def _rates(price: types.ModelPrice) -> dict[str, Any]:
    """Pico-USD per token [input, output, cached, cache write, reasoning], for each tier from the highest down.

    No rates at all where the model is billed only in units that an inference event does not carry (hours of audio, pages).
    """
    stored = {key: value for key, value in vars(price).items() if value is not None}
    if stored and not PRICED_BY_US & stored.keys():
        return {"tiers": []}
    starts = {tier.start for value in stored.values() if isinstance(value, types.TieredPrices) for tier in value.tiers}
    tiers = [[start, *_tier(stored, start)] for start in sorted({-1, *starts}, reverse=True)]
    per_request = stored.get("requests_kcount")
    return {"tiers": tiers} | ({"request": _pico(per_request, PICO_USD_PER_REQUEST)} if per_request else {})


def _tier(stored: dict[str, Price], start: int) -> list[float]:
    """A part that has no price of its own is charged as the whole that it is a part of."""
    fresh, out, cached, write, reasoning = (_at(stored.get(key), start) for key in TOKEN_PRICES)
    parts = (fresh, out, fresh if cached is None else cached, fresh if write is None else write)
    return [_pico(rate or Decimal(0), PICO_USD_PER_TOKEN) for rate in (*parts, out if reasoning is None else reasoning)]


def _at(price: Price, start: int) -> Decimal | None:
    if not isinstance(price, types.TieredPrices):
        return price
    reached = [tier.price for tier in price.tiers if tier.start <= start]
    return reached[-1] if reached else price.base


def _pico(price: Any, factor: int) -> float:
    """An integer, but for the few prices that the package holds with a rounding error."""
    exact = price * factor
    return int(exact) if exact == int(exact) else float(exact)


if __name__ == "__main__":
    TARGET.write_bytes(compiled())
