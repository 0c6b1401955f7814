"""Prices inference events by list price: the cost that the hub computes, beside the one that a producer reports.

Cached, cache-write and reasoning tokens are parts of the totals, so they are charged at their own rates and taken off the
totals. A model that the price table does not know is left unpriced; it never costs $0 for want of a price.
"""

from collections.abc import Callable, Sequence

from shared.events.event import Event
from shared.events.telemetry import Inference
from shared.measures.measure import MEASURES
from shared.measures.price_table import Price, PriceTable, compiled_table

PICO_USD = 10**12
GREATEST_COST = MEASURES["computed_cost_usd"].greatest * PICO_USD
REMEMBERED_MODELS = 4096

Charge = Callable[[Inference, str], float | None]
"""What a call costs that was made at a canonical timestamp; None where it has no price."""


class Pricer:
    """Sets `computed_cost_usd` and `price_version` of inference events in place; both None where there is no price.

    The prices of a model are looked up once and remembered (at most 4,096 models, as names are the clients' to invent).
    """

    def __init__(self, table: PriceTable | None = None) -> None:
        self._table = compiled_table() if table is None else table
        self._known: dict[tuple[str, str], Charge] = {}

    def __call__(self, events: Sequence[Event]) -> None:
        known, version = self._known, self._table.version
        for event in events:
            call = event.payload.data
            if type(call) is Inference:
                model = call.provider, call.model_id
                charge = known.get(model) or self._look_up(*model)
                call.computed_cost_usd = cost = charge(call, event.timestamp)
                call.price_version = None if cost is None else version

    def _look_up(self, provider: str, model: str) -> Charge:
        if len(self._known) >= REMEMBERED_MODELS:
            self._known.clear()
        charge = self._known[provider, model] = charging(self._table.prices(provider, model))
        return charge


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
