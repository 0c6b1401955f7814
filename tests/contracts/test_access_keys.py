"""One suite for every store of API keys, and one for the rate plans: in memory, and DynamoDB and API Gateway (moto)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from shared.access.keys import ApiKey
from shared.access.stores import AccessKeyStore, RatePlans
from shared.adapters.access_keys import DynamoAccessKeyStore
from shared.adapters.usage_plans import GatewayRatePlans
from shared.errors import RejectedError, TransientError
from tests.builders.access import NOW, SECRET, access_key
from tests.builders.aws import create_access_key_table, create_usage_plans
from tests.fakes.access_keys import InMemoryAccessKeyStore, InMemoryRatePlans

OTHER = ApiKey("llmah_" + "o" * 43)


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        yield


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> AccessKeyStore:
    if request.param == "memory":
        return InMemoryAccessKeyStore()
    client = boto3.client("dynamodb")
    create_access_key_table(client, "access_keys")
    return DynamoAccessKeyStore(client, "access_keys")


@pytest.fixture(params=["memory", "gateway"])
def plans(request: pytest.FixtureRequest) -> RatePlans:
    if request.param == "memory":
        return InMemoryRatePlans()
    client = boto3.client("apigateway")
    create_usage_plans(client, "hub")
    return GatewayRatePlans(client, "hub")


def test_a_key_is_found_as_it_was_added(store: AccessKeyStore) -> None:
    key = access_key(valid_until=NOW + timedelta(days=90))
    store.add(key)

    found = store.find(SECRET.digest)

    assert found == key
    assert found.digest == SECRET.digest


def test_a_key_that_was_never_added_is_none(store: AccessKeyStore) -> None:
    assert store.find(SECRET.digest) is None


def test_no_key_is_stored_over_another(store: AccessKeyStore) -> None:
    store.add(access_key(name="first"))

    with pytest.raises(TransientError):
        store.add(access_key(name="second"))

    assert [key.name for key in store.of_tenant("acme")] == ["first"]


def test_keys_of_a_tenant_come_oldest_first(store: AccessKeyStore) -> None:
    younger = access_key(key_id="key_a", created_at=NOW + timedelta(seconds=1))
    older = access_key(OTHER, key_id="key_b")
    stranger = access_key(ApiKey("llmah_" + "s" * 43), tenant="globex")
    for key in (younger, older, stranger):
        store.add(key)

    assert store.of_tenant("acme") == [older, younger]
    assert store.of_tenant("nobody") == []


def test_the_first_revocation_stays(store: AccessKeyStore) -> None:
    store.add(access_key())

    store.revoke(SECRET.digest, NOW)
    store.revoke(SECRET.digest, NOW + timedelta(days=1))

    assert store.find(SECRET.digest) == access_key(revoked_at=NOW)


def test_revoking_what_is_not_there_makes_nothing(store: AccessKeyStore) -> None:
    store.revoke(SECRET.digest, NOW)

    assert store.find(SECRET.digest) is None


def test_a_plan_takes_a_key_once_until_it_is_removed(plans: RatePlans) -> None:
    plans.admit(access_key())
    plans.remove(access_key())

    plans.admit(access_key())


def test_removing_a_key_that_is_not_there_is_fine(plans: RatePlans) -> None:
    plans.remove(access_key())
    plans.remove(access_key())


def test_a_plan_that_is_not_there_is_told_by_its_code(plans: RatePlans) -> None:
    with pytest.raises(RejectedError) as refused:
        plans.admit(access_key(rate_plan="golden"))

    assert refused.value.code == "unknown_rate_plan"


def test_the_gateway_knows_the_digest_alone() -> None:
    client = boto3.client("apigateway")
    create_usage_plans(client, "hub")
    GatewayRatePlans(client, "hub").admit(access_key(rate_plan="high"))

    [kept] = client.get_api_keys(includeValues=True)["items"]
    [plan] = [plan for plan in client.get_usage_plans()["items"] if plan["name"] == "hub-high"]
    [admitted] = client.get_usage_plan_keys(usagePlanId=plan["id"])["items"]

    assert (kept["name"], kept["value"]) == (access_key().key_id, SECRET.digest)
    assert admitted["id"] == kept["id"]


class Overtaken:
    """A client of the gateway whose keys are always deleted by another just before."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def delete_api_key(self, **asked: Any) -> None:
        self._client.delete_api_key(**asked)
        self._client.delete_api_key(**asked)


def test_a_gateway_key_that_another_deletes_meanwhile_is_gone_as_well() -> None:
    client = boto3.client("apigateway")
    create_usage_plans(client, "hub")
    plans = GatewayRatePlans(cast("Any", Overtaken(client)), "hub")
    plans.admit(access_key())

    plans.remove(access_key())

    assert client.get_api_keys()["items"] == []
