"""One suite for every store of what tenants say: the one in memory and the one in DynamoDB (moto)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from shared.adapters.policies import DynamoPolicyStore
from shared.anomalies.anomaly import Series
from shared.anomalies.policies import Bar, Condition, Maintenance, Match, Operand, Operator, Policy, PolicyStore, Rule
from shared.anomalies.watched import Statistic
from tests.builders.anomalies import NOON, SERIES
from tests.builders.aws import create_table
from tests.fakes.policy_store import InMemoryPolicyStore

ERRORS = Operand("errors", Statistic.SUM)
RULE = Rule(
    "r1",
    "acme",
    "Too many errors",
    grouping="model",
    where={"model": None},
    conditions=(Condition(ERRORS, Operator.GREATER, 0.1, divided_by=Operand("requests", Statistic.COUNT)),),
    match=Match.ANY,
    hold_minutes=10,
)
MAINTENANCE = Maintenance("m1", "acme", NOON, NOON + timedelta(hours=1), {"model": "gpt-4o"}, "a migration")
BAR = Bar(SERIES, 10.5, NOON + timedelta(days=1))


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[PolicyStore]:
    if request.param == "memory":
        yield InMemoryPolicyStore(lambda: NOON)
        return
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client: Any = boto3.client("dynamodb")
        create_table(client, "detection")
        yield DynamoPolicyStore(client, "detection", lambda: NOON)


def test_who_said_nothing_has_an_empty_policy(store: PolicyStore) -> None:
    assert store.policy("acme") == Policy([], [], [])


def test_what_a_tenant_said_is_read_as_it_was_put(store: PolicyStore) -> None:
    store.put_rule(RULE)
    store.put_maintenance(MAINTENANCE)
    store.raise_bar(BAR)

    assert store.policy("acme") == Policy([RULE], [MAINTENANCE], [BAR])
    assert store.policy("other") == Policy([], [], [])


def test_a_rule_put_again_takes_the_place_of_the_old_one(store: PolicyStore) -> None:
    store.put_rule(RULE)
    store.put_rule(replace(RULE, enabled=False))

    assert store.policy("acme").rules == [replace(RULE, enabled=False)]


def test_a_bar_is_one_for_each_series(store: PolicyStore) -> None:
    store.raise_bar(BAR)
    store.raise_bar(replace(BAR, score=12.0))
    store.raise_bar(replace(BAR, series=Series(("acme", "total"), "requests", "count")))

    assert sorted(bar.score for bar in store.policy("acme").bars) == [10.5, 12.0]


def test_what_is_over_is_not_read_any_more(store: PolicyStore) -> None:
    store.put_maintenance(replace(MAINTENANCE, start=NOON - timedelta(hours=2), end=NOON - timedelta(hours=1)))
    store.raise_bar(replace(BAR, expires_at=NOON - timedelta(hours=1)))

    assert store.policy("acme") == Policy([], [], [])


def test_deleting_tells_whether_there_was_anything(store: PolicyStore) -> None:
    store.put_rule(RULE)
    store.put_maintenance(MAINTENANCE)

    assert store.delete_rule("acme", "r1")
    assert not store.delete_rule("acme", "r1")
    assert not store.delete_maintenance("other", "m1")
    assert store.delete_maintenance("acme", "m1")
    assert store.policy("acme") == Policy([], [], [])
