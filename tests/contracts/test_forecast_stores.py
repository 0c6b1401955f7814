"""One suite for the stores of forecasts and budgets: those in memory and those in DynamoDB (moto)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import boto3
import numpy as np
import pytest
from moto import mock_aws
from msgspec.structs import replace

from shared.adapters.budgets import DynamoBudgetStore
from shared.adapters.forecast_queue import SqsTaskQueue
from shared.adapters.forecasts import DynamoForecastStore
from shared.forecasts.budget import Budget, Period, StoredBudget
from shared.forecasts.issued import Issued, Latest, Record, Score, Series
from shared.forecasts.past import Group, Past
from shared.forecasts.stores import BudgetStore, ForecastStore, Task
from tests.builders.aws import create_table
from tests.builders.hours import TENTH
from tests.fakes.forecast_stores import InMemoryBudgetStore, InMemoryForecastStore

SERIES = Series("acme", "team+model", (None, "gpt-4o"), "requests")
ISSUED = Issued(
    series=SERIES,
    origin=TENTH,
    issued_at=TENTH + timedelta(minutes=7),
    coverage=0.95,
    level=0.96,
    model="ensemble",
    history_hours=200,
    point=(1.0, 2.0),
    lower=(0.5, 1.0),
    upper=(2.0, 4.5),
    backtest_error=0.25,
    backtest_coverage=None,
)
LATEST = Latest(ISSUED, Record(level=0.96, forecasts=2, covered=0.94, error=0.3, scored_until=TENTH))
BUDGET = Budget(id="b1", tenant="acme", name="all", amount_usd=100.0, period=Period.MONTH, team="search")
STORED = StoredBudget(BUDGET)


@dataclass
class Stores:
    forecasts: ForecastStore
    budgets: BudgetStore


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    if request.param == "memory":
        yield Stores(InMemoryForecastStore(), InMemoryBudgetStore())
        return
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client: Any = boto3.client("dynamodb")
        for table in ("forecasts", "budgets"):
            create_table(client, table)
        yield Stores(DynamoForecastStore(client, "forecasts"), DynamoBudgetStore(client, "budgets"))


def test_what_was_issued_is_read_as_it_was_put(stores: Stores) -> None:
    assert stores.forecasts.newest(SERIES) is None
    assert stores.forecasts.issued(SERIES, TENTH) is None

    stores.forecasts.put(LATEST)

    assert stores.forecasts.newest(SERIES) == LATEST
    assert stores.forecasts.issued(SERIES, TENTH) == ISSUED


def test_an_older_forecast_does_not_take_the_place_of_the_newest(stores: Stores) -> None:
    older = replace(ISSUED, origin=TENTH - timedelta(hours=1))
    stores.forecasts.put(LATEST)
    stores.forecasts.put(Latest(older, Record()))

    assert stores.forecasts.newest(SERIES) == LATEST
    assert stores.forecasts.issued(SERIES, older.origin) == older


def test_a_score_is_kept_with_its_forecast(stores: Stores) -> None:
    scored = replace(ISSUED, score=Score(hours=2, error=0.5, actual=2.0, covered=0.5))
    stores.forecasts.put(LATEST)
    stores.forecasts.keep_score(scored)

    assert stores.forecasts.issued(SERIES, TENTH) == scored


def test_the_newest_of_all_groups_are_found_page_by_page(stores: Stores) -> None:
    groups = [(None, "gpt-4o"), ("ads", "gpt-4o"), ("search", "漢" * 400)]
    for values in groups:
        stores.forecasts.put(Latest(replace(ISSUED, series=replace(SERIES, values=values)), Record()))
    stores.forecasts.put(Latest(replace(ISSUED, series=replace(SERIES, measure="errors")), Record()))

    found = list(stores.forecasts.find("acme", "team+model", "requests"))
    behind = list(stores.forecasts.find("acme", "team+model", "requests", after=found[0].issued.series.values))

    assert {latest.issued.series.values for latest in found} == set(groups)
    assert behind == found[1:]
    assert not list(stores.forecasts.find("other", "team+model", "requests"))


def test_the_settled_hours_of_a_group_are_read_as_they_were_kept(stores: Stores) -> None:
    group = Group("acme", "team+model", (None, "gpt-4o"))
    hours = {"requests": np.array([np.nan, 1.0, 2.5]), "latency_ms": np.array([np.nan, 500.0, np.nan])}
    past = Past.of(group, hours, start=TENTH, until=TENTH + timedelta(hours=3), read_at=TENTH + timedelta(days=3))
    assert stores.forecasts.past(group) is None

    stores.forecasts.keep_past(past)

    kept = stores.forecasts.past(group)
    assert kept == past
    for name, values in kept.hours(TENTH + timedelta(hours=1)).items():
        np.testing.assert_array_equal(values, hours[name][1:])


def test_a_budget_is_created_once_and_read_as_it_was_put(stores: Stores) -> None:
    assert stores.budgets.create(STORED)
    assert not stores.budgets.create(STORED)

    assert stores.budgets.get("acme", "b1") == STORED
    assert stores.budgets.of_tenant("acme") == [STORED]
    assert stores.budgets.get("other", "b1") is None
    assert stores.budgets.of_tenant("other") == []


def test_of_two_who_change_a_budget_one_wins(stores: Stores) -> None:
    stores.budgets.create(STORED)
    changed = STORED.changed(replace(BUDGET, amount_usd=5.0))

    assert stores.budgets.swap(STORED, changed)
    assert not stores.budgets.swap(STORED, STORED.changed(BUDGET))
    assert stores.budgets.get("acme", "b1") == changed


def test_a_deleted_budget_is_gone_and_cannot_be_changed(stores: Stores) -> None:
    stores.budgets.create(STORED)

    assert stores.budgets.delete("acme", "b1")
    assert not stores.budgets.delete("acme", "b1")
    assert not stores.budgets.swap(STORED, STORED.changed(BUDGET))


def test_tasks_are_messages_of_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = [Task(TENTH, "acme", "model", ((f"model-{number}",), (None,))) for number in range(11)]
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        queue = boto3.resource("sqs").create_queue(QueueName="tasks")
        SqsTaskQueue(boto3.client("sqs"), queue.url).put(tasks)

        counted = queue.attributes["ApproximateNumberOfMessages"]

    assert counted == "11"
