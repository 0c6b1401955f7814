"""The real handler on DynamoDB, SQS and EventBridge (moto), fed what a schedule and a queue hand over."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import boto3
import pytest
from jsonschema import Draft202012Validator
from moto import mock_aws
from msgspec.structs import replace

from infra.layers import ROOT
from shared.adapters.budgets import DynamoBudgetStore
from shared.adapters.closed_windows import DynamoClosedWindowStore
from shared.adapters.forecasts import DynamoForecastStore
from shared.adapters.rollups import DynamoRollupStore
from shared.forecasts.budget import Budget, Period, StoredBudget
from shared.forecasts.issued import Series
from shared.observability.metrics import MetricName
from shared.windows.window import Resolution
from tests.builders.aws import create_table
from tests.builders.hours import hour_of, publish

MODULE = "functions.forecasting.handler"
TABLES = {
    "CLOSED_WINDOW_TABLE": "closed_windows",
    "ROLLUP_TABLE": "rollups",
    "FORECAST_TABLE": "forecasts",
    "BUDGET_TABLE": "budgets",
}
FIRST = Resolution.HOUR.containing(datetime.now(UTC) - timedelta(hours=30)).start
CONTEXT = SimpleNamespace(
    function_name="forecasting",
    function_version="1",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:000000000000:function:forecasting",
    aws_request_id="request-1",
)
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "budget.schema.json").read_text())


@dataclass
class Deployed:
    handler: Any
    tasks: Any
    alerts: Any
    closed: DynamoClosedWindowStore
    rollups: DynamoRollupStore
    forecasts: DynamoForecastStore
    budgets: DynamoBudgetStore

    def tick(self) -> None:
        self.handler({"source": "aws.events", "detail-type": "Scheduled Event"}, CONTEXT)

    def work_off(self) -> int:
        """As the mapping does; how many tasks there were."""
        done = 0
        while messages := self.tasks.receive_messages(MaxNumberOfMessages=10):
            for message in messages:
                self.handler({"Records": [{"body": message.body, "eventSource": "aws:sqs"}]}, CONTEXT)
                message.delete()
                done += 1
        return done


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_SERVICE_NAME": "forecasting",
        "POWERTOOLS_METRICS_NAMESPACE": "LLMAnalyticsHub",
        "EVENT_BUS": "llm-analytics",
        "CONSOLE_URL": "https://hub/",
        **TABLES,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    with mock_aws():
        tasks = boto3.resource("sqs").create_queue(QueueName="tasks")
        monkeypatch.setenv("FORECAST_QUEUE", tasks.url)
        client = boto3.client("dynamodb")
        for name in TABLES.values():
            create_table(client, name)
        yield Deployed(
            import_module(MODULE).handler,
            tasks,
            _queue_on_bus(),
            DynamoClosedWindowStore(client, "closed_windows", lambda: uuid4().hex),
            DynamoRollupStore(client, "rollups"),
            DynamoForecastStore(client, "forecasts"),
            DynamoBudgetStore(client, "budgets"),
        )


def _queue_on_bus() -> Any:
    queue = boto3.resource("sqs").create_queue(QueueName="alerts")
    events = boto3.client("events")
    events.create_event_bus(Name="llm-analytics")
    pattern = json.dumps({"source": ["llm-analytics-hub"]})
    events.put_rule(Name="all", EventBusName="llm-analytics", EventPattern=pattern)
    target = {"Id": "queue", "Arn": queue.attributes["QueueArn"]}
    events.put_targets(Rule="all", EventBusName="llm-analytics", Targets=[target])  # type: ignore[list-item]
    return queue


def test_an_hour_is_planned_forecast_scored_and_told(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    origin = publish(
        [hour_of({"gpt-4o": 1.0 + hour % 3}) for hour in range(30)], FIRST, deployed.rollups, deployed.closed
    )
    budget = Budget(id="b1", tenant="acme", name="a day of it", amount_usd=0.5, period=Period.QUARTER, model="gpt-4o")
    deployed.budgets.create(StoredBudget(budget))
    deployed.tick()
    deployed.work_off()
    series = Series("acme", "model", ("gpt-4o",), "computed_cost_usd")
    newest = deployed.forecasts.newest(series)
    assert newest is not None
    deployed.forecasts.keep_score(replace(newest.issued, origin=origin - timedelta(hours=24)))

    deployed.tick()
    done = deployed.work_off()

    assert done == len(("total", "model", "provider", "team", "team+model", "budgets"))
    assert (newest.issued.origin, newest.record.forecasts) == (origin, 0)
    again = deployed.forecasts.newest(series)
    assert again is not None
    assert again.record.forecasts == 1
    (notice,) = [json.loads(message.body) for message in deployed.alerts.receive_messages(MaxNumberOfMessages=10)]
    # In the first hour of a quarter nothing is spent yet.
    assert notice["detail-type"] in {"Budget Exceeded", "Budget At Risk"}
    assert not list(Draft202012Validator(SCHEMA).iter_errors(notice["detail"]))
    assert notice["detail"]["scope"] == {"model": "gpt-4o"}
    emitted = capsys.readouterr().out
    for name in (
        MetricName.FORECAST_TASKS,
        MetricName.SERIES_FORECAST,
        MetricName.SERIES_TOO_SHORT,
        MetricName.FORECASTS_SCORED,
        MetricName.FORECAST_COVERAGE,
        MetricName.FORECAST_ERROR,
        MetricName.BUDGETS_ASSESSED,
        MetricName.BUDGET_NOTICES,
    ):
        assert f'"{name}"' in emitted
