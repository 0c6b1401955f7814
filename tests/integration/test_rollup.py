"""The real handler on DynamoDB (moto), fed what Lambda's mapping of window_state's stream hands over."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from shared.adapters.closed_windows import DynamoClosedWindowStore
from shared.adapters.rollups import DynamoRollupStore
from shared.adapters.state_stores import state_store
from shared.observability.metrics import MetricName
from shared.windows.groups import GROUPINGS, group_keys
from shared.windows.rollups import RollupRange
from shared.windows.state import StateStore
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution, Window
from tests.builders.aws import create_table
from tests.builders.states import ids_of, segment
from tests.builders.tables import cell, table

MODULE = "functions.rollup.handler"
MINUTE = Resolution.MINUTE.containing(datetime.now(UTC) - timedelta(minutes=10))
TABLES = {"STATE_TABLE": "window_state", "CLOSED_WINDOW_TABLE": "closed_windows", "ROLLUP_TABLE": "rollups"}
EVENTS = table((cell("small"), {"input_tokens": 5}), (cell("large", team=None), {"input_tokens": 7}))
CONTEXT = SimpleNamespace(
    function_name="rollup",
    function_version="1",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:rollup",
    aws_request_id="request-1",
    get_remaining_time_in_millis=lambda: 120_000,
)


@dataclass
class Deployed:
    handler: Any
    state: StateStore
    closed: DynamoClosedWindowStore
    rollups: DynamoRollupStore

    def invoke(self, *partition_keys: str) -> dict[str, Any]:
        records = [
            {"eventName": "MODIFY", "dynamodb": {"Keys": {"pk": {"S": key}, "sk": {"S": "p=000"}}}}
            for key in partition_keys
        ]
        result: dict[str, Any] = self.handler({"Records": records}, CONTEXT)
        return result

    def close(self, window: Window) -> None:
        for partition in range(2):
            self.state.advance_progress(partition, window.end + timedelta(seconds=30))
        self.invoke("progress", "progress")

    def models(self, window: Window) -> SummaryTable:
        wanted = RollupRange("acme", "model", window.resolution, window.start, window.end)
        return SummaryTable.merge([rollup.table for rollup in self.rollups.read(wanted)])


@pytest.fixture(params=["items", "segments"])
def deployed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_SERVICE_NAME": "rollup",
        "POWERTOOLS_METRICS_NAMESPACE": "LLMAnalyticsHub",
        "PARTITIONS": "2",
        "CLOSING_DELAY_SECONDS": "30",
        "SERIES_LIMIT": "5000",
        "GROUPINGS": json.dumps(GROUPINGS),
        "STATE_LAYOUT": request.param,
        **TABLES,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    with mock_aws():
        client = boto3.client("dynamodb")
        for name in TABLES.values():
            create_table(client, name)
        yield Deployed(
            import_module(MODULE).handler,
            state_store(client, "window_state", request.param),
            DynamoClosedWindowStore(client, "closed_windows", lambda: "unused"),
            DynamoRollupStore(client, "rollups"),
        )


def test_progress_closes_windows_and_state_behind_the_cursor_revises_them(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.close(Window(MINUTE.start - timedelta(minutes=1)))
    deployed.state.put(segment(minute=MINUTE, partition=0, ids=ids_of(1, 2), encoded_table=EVENTS.encode()))
    deployed.close(MINUTE)

    of_models = EVENTS.rekey(group_keys([("model",)]))
    assert deployed.models(MINUTE) == of_models

    deployed.state.put(segment(minute=MINUTE, partition=1, ids=ids_of(3, 4), encoded_table=EVENTS.encode()))
    assert deployed.invoke(MINUTE.key) == {"batchItemFailures": []}

    head = deployed.closed.head(MINUTE)
    assert head
    assert head.version == 4
    assert SummaryTable.merge(list(deployed.closed.parts(head).values())).get(("acme", "total"), "input_tokens")
    assert deployed.models(MINUTE) == SummaryTable.merge([of_models, of_models])
    emitted = capsys.readouterr().out
    for name in (
        MetricName.WINDOWS_ANNOUNCED,
        MetricName.WINDOWS_REVISED,
        MetricName.ROLLUPS_WRITTEN,
        MetricName.CURSOR_AGE,
        MetricName.WATERMARK_AGE,
    ):
        assert f'"{name}"' in emitted
