"""A tenant's negotiated prices, and the models that have none."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.query.parameters import PriceParameters, UnpricedParameters
from functions.query.prices import PriceList, UnpricedModel
from shared.access.principal import Principal
from shared.access.roles import Role
from shared.errors import RejectedRequestError, TransientError
from shared.measures import negotiated
from shared.measures.negotiated import NegotiatedPrice
from tests.builders.hub import ACME, NOON, SeededHub
from tests.builders.tables import cell
from tests.fakes.negotiated_prices import InMemoryNegotiatedPriceStore

PRICE = {"model": "gpt-4o*", "provider": "openai", "input_usd": 2, "output_usd": 8.5}
OTHER = Principal("other", Role.ADMIN, "key_2", "standard")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def prices() -> PriceList:
    return prices_of(SeededHub())


def prices_of(hub: SeededHub) -> PriceList:
    return PriceList(InMemoryNegotiatedPriceStore(), hub.windows, lambda: NOON)


def put(prices: PriceList, who: Principal = ACME, **changes: Any) -> NegotiatedPrice:
    return prices.put(who, {"body": json.dumps(PRICE | changes), "isBase64Encoded": False})


def refusal(prices: PriceList, **request: Any) -> tuple[int, str]:
    with pytest.raises(RejectedRequestError) as refused:
        prices.put(ACME, request)
    return refused.value.status, refused.value.code


def test_what_was_put_is_listed_for_its_tenant_alone(prices: PriceList) -> None:
    price = put(prices)

    assert prices.list(ACME).prices == [price]
    assert prices.list(OTHER).prices == []
    assert (price.model, price.provider, price.input_usd, price.output_usd) == ("gpt-4o*", "openai", 2, 8.5)


def test_a_body_in_base64_is_read_too(prices: PriceList) -> None:
    body = "eyJtb2RlbCI6ICJtIiwgImlucHV0X3VzZCI6IDEsICJvdXRwdXRfdXNkIjogMn0="

    assert prices.put(ACME, {"body": body, "isBase64Encoded": True}).model == "m"


def test_a_second_price_of_the_same_models_takes_the_place_of_the_first(prices: PriceList) -> None:
    put(prices)
    put(prices, model="GPT-4o*", input_usd=1)

    assert [price.input_usd for price in prices.list(ACME).prices] == [1]


def test_a_price_is_deleted_by_provider_and_model(prices: PriceList) -> None:
    put(prices)
    of_all = put(prices, provider=None)

    left = prices.delete(ACME, PriceParameters(model=["gpt-4o*"], provider=["openai"]))

    assert left.prices == prices.list(ACME).prices == [of_all]


def test_what_is_not_there_is_deleted_without_a_word(prices: PriceList) -> None:
    kept = put(prices)

    assert prices.delete(OTHER, PriceParameters(model=["gpt-4o*"])).prices == []
    assert prices.list(ACME).prices == [kept]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "invalid_json"),
        ("{", "invalid_json"),
        ("[]", "invalid_price"),
        ('{"model": "m"}', "invalid_price"),
        ('{"model": "", "input_usd": 1, "output_usd": 1}', "invalid_price"),
        ('{"model": "m", "input_usd": -1, "output_usd": 1}', "invalid_price"),
        ('{"model": "m", "input_usd": 1e7, "output_usd": 1}', "invalid_price"),
        ('{"model": "m", "input_usd": "1", "output_usd": 1}', "invalid_price"),
        ('{"model": "m", "input_usd": 1, "output_usd": 1, "tenant": "other"}', "invalid_price"),
    ],
)
def test_a_price_that_is_none_is_refused(prices: PriceList, body: str, code: str) -> None:
    assert refusal(prices, body=body) == (400, code)


def test_a_tenant_has_so_many_prices_at_most_but_may_change_each(
    prices: PriceList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.query.prices.MOST_PRICES", 2)
    put(prices, model="a")
    put(prices, model="b")

    assert refusal(prices, body=json.dumps(PRICE | {"model": "c"})) == (409, "too_many_prices")
    assert put(prices, model="b", input_usd=3).input_usd == 3
    assert negotiated.MOST_PRICES == 1_000


def test_prices_that_cannot_be_read_are_not_none_at_all(prices: PriceList) -> None:
    prices = replace(prices, store=InMemoryNegotiatedPriceStore(broken=True))

    with pytest.raises(TransientError):
        prices.list(ACME)


def unpriced(hub: SeededHub, who: Principal = ACME, **asked: str) -> list[UnpricedModel]:
    given: Any = {name: [value] for name, value in asked.items()}
    return prices_of(hub).unpriced(who, UnpricedParameters(**given)).models


def test_models_without_a_price_are_listed_the_most_asked_first() -> None:
    hub = SeededHub()
    hub.observe(NOON - 5 * MINUTE, cell("own-small"), requests=1, unpriced_requests=1)
    hub.observe(NOON - 5 * MINUTE, cell("own-large"), requests=3, unpriced_requests=2, reported_cost_usd=5 * 10**8)
    hub.observe(NOON - 5 * MINUTE, cell("gpt-4o"), requests=7)
    hub.close(NOON)

    assert unpriced(hub) == [UnpricedModel("own-large", 3, 2, 0.5), UnpricedModel("own-small", 1, 1, None)]
    assert unpriced(hub, OTHER) == []


def test_only_the_calls_of_the_range_count() -> None:
    hub = SeededHub()
    hub.observe(NOON - 90 * MINUTE, cell("own"), requests=1, unpriced_requests=1)
    hub.close(NOON)

    assert unpriced(hub, start="now-1h") == []
    assert [each.requests for each in unpriced(hub, start="now-2h")] == [1]


def test_a_hub_that_keeps_no_series_by_model_lists_none() -> None:
    hub = SeededHub(groupings=((),))
    hub.observe(NOON - 5 * MINUTE, cell("own"), requests=1, unpriced_requests=1)
    hub.close(NOON)

    assert unpriced(hub) == []
