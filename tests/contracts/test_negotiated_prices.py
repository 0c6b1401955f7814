"""One suite for every store of negotiated prices: in memory, and DynamoDB (moto)."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from shared.adapters.negotiated_prices import DynamoNegotiatedPriceStore, negotiated_prices
from shared.errors import TransientError
from shared.measures.negotiated import NegotiatedPrice, NegotiatedPriceStore
from tests.builders.aws import create_table
from tests.fakes.aws_connection import BrokenConnection, MotoConnection
from tests.fakes.negotiated_prices import InMemoryNegotiatedPriceStore

MINI = NegotiatedPrice(provider="OpenAI", model="GPT-4o-mini", input_usd=0.1, output_usd=0.4)
ANY = NegotiatedPrice(model="gpt-4o*", input_usd=2, output_usd=8, cached_input_usd=0, request_usd=0.01)


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setattr("shared.adapters.json_api.HTTPSConnection", MotoConnection)
    with mock_aws():
        yield


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> NegotiatedPriceStore:
    if request.param == "memory":
        return InMemoryNegotiatedPriceStore()
    create_table(boto3.client("dynamodb"), "prices")
    return negotiated_prices("prices")


def test_prices_are_read_as_they_were_put_by_provider_and_model(store: NegotiatedPriceStore) -> None:
    for price in (MINI, ANY):
        store.put("acme", price)

    assert store.of_tenant("acme") == [ANY, MINI]


def test_another_tenant_has_none_of_them(store: NegotiatedPriceStore) -> None:
    store.put("acme", MINI)

    assert store.of_tenant("other") == []


def test_a_price_put_again_takes_the_place_of_the_old_whatever_the_case(store: NegotiatedPriceStore) -> None:
    store.put("acme", MINI)
    newer = NegotiatedPrice(provider="openai", model="gpt-4o-mini", input_usd=0.2, output_usd=0.5)

    store.put("acme", newer)

    assert store.of_tenant("acme") == [newer]


def test_a_deleted_price_is_gone_and_may_be_deleted_again(store: NegotiatedPriceStore) -> None:
    store.put("acme", MINI)
    store.put("acme", ANY)

    for _ in range(2):
        store.delete("acme", "OPENAI", "gpt-4O-mini")

    assert store.of_tenant("acme") == [ANY]


def test_a_table_out_of_reach_is_transient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.adapters.json_api.HTTPSConnection", BrokenConnection)

    with pytest.raises(TransientError):
        negotiated_prices("prices").of_tenant("acme")


def test_a_table_that_is_not_there_is_transient() -> None:
    with pytest.raises(TransientError, match="Query: 400"):
        negotiated_prices("prices").of_tenant("acme")


class Paged:
    """Answers in two pages."""

    def post(self, _operation: str, body: bytes) -> tuple[int, bytes]:
        if b"ExclusiveStartKey" in body:
            return 200, b'{"Items":[{"price":{"S":"{\\"model\\":\\"b\\",\\"input_usd\\":1,\\"output_usd\\":1}"}}]}'
        first = b'{"Items":[{"price":{"S":"{\\"model\\":\\"a\\",\\"input_usd\\":1,\\"output_usd\\":1}"}}],'
        return 200, first + b'"LastEvaluatedKey":{"pk":{"S":"acme"}}}'


def test_all_pages_are_read() -> None:
    assert [price.model for price in DynamoNegotiatedPriceStore(Paged(), "prices").of_tenant("acme")] == ["a", "b"]
