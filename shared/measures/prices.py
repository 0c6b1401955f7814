"""Prices inference events by list price: the cost that the hub computes, beside the one that a producer reports.

Cached, cache-write and reasoning tokens are parts of the totals, so they are charged at their own rates and taken off the
totals. A model that the price table does not know is left unpriced; it never costs $0 for want of a price.
"""

from collections.abc import Sequence

from shared.events.event import Event
from shared.events.telemetry import Inference
from shared.measures.measure import MEASURES
from shared.measures.price_table import Price, PriceTable, compiled_table

PICO_USD = 10**12
REMEMBERED_MODELS = 4096


class Pricer:
    """Sets `computed_cost_usd` and `price_version` of inference events in place; both None where there is no price.

    The prices of a model are looked up once and remembered (at most 4,096 models, as names are the clients' to invent).
    """

    def __init__(self, table: PriceTable | None = None) -> None:
        self._table = compiled_table() if table is None else table
        self._known: dict[tuple[str, str], tuple[Price, ...]] = {}

    def __call__(self, events: Sequence[Event]) -> None:
        version = self._table.version
        for event in events:
            call = event.payload.data
            if type(call) is Inference:
                call.computed_cost_usd = cost = self._cost(call, event.timestamp)
                call.price_version = None if cost is None else version

    def _cost(self, call: Inference, timestamp: str) -> float | None:
        prices = self._known.get((call.provider, call.model_id))
        if prices is None:
            prices = self._look_up(call.provider, call.model_id)
        for price in prices:
            if price.holds_at(timestamp):
                return cost_usd(price, call)
        return None

    def _look_up(self, provider: str, model: str) -> tuple[Price, ...]:
        if len(self._known) >= REMEMBERED_MODELS:
            self._known.clear()
        prices = self._known[provider, model] = self._table.prices(provider, model)
        return prices


def cost_usd(price: Price, call: Inference) -> float | None:
    """What a call costs at a price; None where its counts contradict each other or the sum cannot be stored."""
    cached, written, reasoning = call.cached_input_tokens or 0, call.cache_write_tokens or 0, call.reasoning_tokens or 0
    fresh, answer = call.input_tokens - cached - written, call.output_tokens - reasoning
    if fresh < 0 or answer < 0:
        return None
    for above, per_input, per_output, per_cached, per_write, per_reasoning in price.tiers:
        if call.input_tokens > above:
            tokens = fresh * per_input + answer * per_output + reasoning * per_reasoning
            total = tokens + cached * per_cached + written * per_write + price.request
            return total / PICO_USD if total <= GREATEST_COST else None
    return None


GREATEST_COST = MEASURES["computed_cost_usd"].greatest * PICO_USD
