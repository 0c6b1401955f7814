"""Whose prices a call is priced by, and when they are read."""

from datetime import timedelta

import pytest

from functions.ingestion.pricing import KNOWN_FOR, TenantPricing
from shared.errors import TransientError
from shared.events.event import Event
from shared.events.telemetry import Inference
from shared.measures.negotiated import NegotiatedPrice
from tests.builders.events import NOON, event, payload_json
from tests.fakes.negotiated_prices import InMemoryNegotiatedPriceStore

CHEAP = NegotiatedPrice(provider="openai", model="gpt-4o", input_usd=1, output_usd=2, cached_input_usd=0.5)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> object:
        return self.now


def call(**changes: object) -> Event:
    return event(payload=payload_json("telemetry", "inference", **changes))


def priced(pricing: TenantPricing, tenant: str = "acme", **changes: object) -> Inference:
    made = call(**changes)
    pricing([made], tenant)
    assert isinstance(made.payload.data, Inference)
    return made.payload.data


def pricing_with(*prices: NegotiatedPrice) -> tuple[TenantPricing, InMemoryNegotiatedPriceStore, Clock]:
    store, clock = InMemoryNegotiatedPriceStore(), Clock()
    for price in prices:
        store.put("acme", price)
    return TenantPricing(store, clock), store, clock  # type: ignore[arg-type]


def test_a_tenant_pays_what_it_negotiated_and_another_the_list_price() -> None:
    pricing, _, _ = pricing_with(CHEAP)

    own, others = priced(pricing), priced(pricing, "other")

    assert own.computed_cost_usd == pytest.approx((900 * 1 + 100 * 0.5 + 200 * 2) / 1e6)
    assert own.price_version is not None
    assert own.price_version.startswith("negotiated/")
    assert others.price_version is not None
    assert others.price_version.startswith("genai-prices/")


def test_models_that_nobody_negotiated_have_their_list_price() -> None:
    pricing, _, _ = pricing_with(CHEAP)

    assert str(priced(pricing, model_id="gpt-4o-mini").price_version).startswith("genai-prices/")


def test_the_most_particular_price_holds() -> None:
    pricing, _, _ = pricing_with(
        NegotiatedPrice(model="*", input_usd=1, output_usd=0),
        NegotiatedPrice(model="in-house-*", input_usd=2, output_usd=0),
        NegotiatedPrice(provider="vllm", model="in-house-7b", input_usd=3, output_usd=0),
    )

    costs = [
        priced(pricing, provider=provider, model_id=model, input_tokens=1_000_000, cached_input_tokens=0)
        for provider, model in (("any", "thing"), ("any", "In-House-70b"), ("vllm", "in-house-7b"))
    ]

    assert [cost.computed_cost_usd for cost in costs] == [1, 2, 3]


def test_prices_are_read_once_a_minute_and_only_for_calls_of_models() -> None:
    pricing, store, clock = pricing_with()
    pricing([event(payload=payload_json("security", "threat"))], "acme")
    assert store.reads == 0

    for _ in range(3):
        priced(pricing)
    assert store.reads == 1

    store.put("acme", CHEAP)
    clock.now += KNOWN_FOR
    assert str(priced(pricing).price_version).startswith("negotiated/")
    assert store.reads == 2


def test_prices_that_cannot_be_read_are_as_they_were_last_known() -> None:
    pricing, store, clock = pricing_with(CHEAP)
    version = priced(pricing).price_version
    store.broken = True

    clock.now += KNOWN_FOR + timedelta(hours=1)

    assert priced(pricing).price_version == version
    with pytest.raises(TransientError):
        priced(pricing, "other")


def test_tenants_beyond_the_memory_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.ingestion.pricing.REMEMBERED_TENANTS", 2)
    pricing, store, _ = pricing_with()

    for tenant in ("a", "b", "c", "a"):
        priced(pricing, tenant)

    assert store.reads == 4


def test_a_reported_cost_of_nothing_is_unknown_where_there_were_tokens() -> None:
    assert call(reported_cost_usd=0).payload.data == call(reported_cost_usd=None).payload.data
    free = call(
        reported_cost_usd=0,
        input_tokens=0,
        output_tokens=0,
        cached_input_tokens=0,
        reasoning_tokens=0,
    ).payload.data
    assert isinstance(free, Inference)
    assert free.reported_cost_usd == 0
