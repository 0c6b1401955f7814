"""Prices inference events by list price: the cost that the hub computes, beside the one that a producer reports.

Cached, cache-write and reasoning tokens are parts of the totals, so they are charged at their own rates and taken off the
totals. A model that the price table does not know is left unpriced; it never costs $0 for want of a price.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from shared.events.event import Event
from shared.events.telemetry import Inference
from shared.measures.measure import MEASURES
from shared.measures.price_table import Price, compiled_table

PICO_USD = 10**12
GREATEST_COST = MEASURES["computed_cost_usd"].greatest * PICO_USD
REMEMBERED_MODELS = 4096

Charge = Callable[[Inference, str], float | None]
"""What a call costs that was made at a canonical timestamp; None where it has no price."""


class Prices(Protocol):
    """Prices by the names that clients use, and the version that what they cost is stamped with."""

    @property
    def version(self) -> str: ...

    def prices(self, provider: str, model: str) -> tuple[Price, ...]:
        """Those of a model in the order to be tried; none if it is unknown."""
        ...


class Pricer:
    """Sets `computed_cost_usd` and `price_version` of inference events in place; both None where there is no price.

    The first table that knows a model prices it; without tables the compiled list prices do, which are read only when a
    call is to be priced. The prices of a model are looked up once and remembered (at most 4,096 models, as names are the
    clients' to invent).
    """

    def __init__(self, *tables: Prices) -> None:
        self._given = tables
        self._known: dict[tuple[str, str], tuple[Charge, str]] = {}

    def __call__(self, events: Sequence[Event]) -> None:
        known = self._known
        for event in events:
            call = event.payload.data
            if type(call) is Inference:
                model = call.provider, call.model_id
                charge, version = known.get(model) or self._look_up(*model)
                call.computed_cost_usd = cost = charge(call, event.timestamp)
                call.price_version = None if cost is None else version

    def _look_up(self, provider: str, model: str) -> tuple[Charge, str]:
        if len(self._known) >= REMEMBERED_MODELS:
            self._known.clear()
        found = ((table.prices(provider, model), table.version) for table in self._given or (compiled_table(),))
        prices, version = next((priced for priced in found if priced[0]), ((), ""))
        known = self._known[provider, model] = charging(prices), version
        return known


def charging(prices: Sequence[Price]) -> Charge:
    """By the first price that holds at the time of the call."""
    if not prices:
        return lambda _call, _at: None
    (first, *others), by_first = prices, _charging_at(prices[0])
    if first.is_unconditional:
        return by_first
    by_others = charging(others)
    return lambda call, at: by_first(call, at) if first.holds_at(at) else by_others(call, at)


def _charging_at(price: Price) -> Charge:
    tiers, per_request = price.tiers, float(price.request)

    def charge(call: Inference, _at: str) -> float | None:
        """None where the counts contradict each other, or the sum is too great to be stored."""
        asked, cached, written = call.input_tokens, call.cached_input_tokens or 0, call.cache_write_tokens or 0
        reasoning = call.reasoning_tokens or 0
        fresh, answer = asked - cached - written, call.output_tokens - reasoning
        if fresh < 0 or answer < 0:
            return None
        for above, per_fresh, per_answer, per_cached, per_write, per_reasoning in tiers:
            if asked > above:
                total = fresh * per_fresh + answer * per_answer + per_request
                if reasoning or cached or written:
                    total += reasoning * per_reasoning + cached * per_cached + written * per_write
                return total / PICO_USD if total <= GREATEST_COST else None
        return None

    return charge
