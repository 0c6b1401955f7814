"""The real handler on DynamoDB, S3, EventBridge and SQS (moto), fed what Lambda's mapping hands over."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import boto3
import pytest
from jsonschema import Draft202012Validator
from moto import mock_aws

from infra.layers import ROOT
from shared.adapters.anomalies import DynamoAnomalyStore
from shared.adapters.closed_windows import DynamoClosedWindowStore
from shared.anomalies import state
from shared.anomalies.anomaly import Status
from shared.errors import TransientError
from shared.observability.metrics import MetricName
from shared.windows.closed import Cursor, Head
from shared.windows.groups import bucket_of, group_keys
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution, Window
from tests.builders.anomalies import calls
from tests.builders.aws import create_table

MODULE = "functions.anomaly.handler"
FIRST = Resolution.FIVE_MINUTES.containing(datetime.now(UTC) - timedelta(hours=6))
TABLES = {"CLOSED_WINDOW_TABLE": "closed_windows", "ANOMALY_TABLE": "anomalies", "DETECTION_TABLE": "detection"}
WINDOWS = 66
CONTEXT = SimpleNamespace(
    function_name="anomaly",
    function_version="1",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:000000000000:function:anomaly",
    aws_request_id="request-1",
    get_remaining_time_in_millis=lambda: 120_000,
)
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "anomaly.schema.json").read_text())


@dataclass
class Deployed:
    handler: Any
    closed: DynamoClosedWindowStore
    anomalies: DynamoAnomalyStore
    queue: Any

    def publish(self, window: Window, cells: SummaryTable) -> None:
        groups = cells.rekey(group_keys([("model",), ()]))
        parts = self.closed.put_parts(window, groups.split(bucket_of))
        self.closed.put_head(Head(window, groups.events(("acme", "total")), 0, parts, window.end))

    def ring(self, *windows: Window) -> dict[str, Any]:
        keys = [("cursor", "cursor"), *((f"5m#{window.key}", "head") for window in windows)]
        records = [{"eventName": "MODIFY", "dynamodb": {"Keys": {"pk": {"S": pk}, "sk": {"S": sk}}}} for pk, sk in keys]
        answer: dict[str, Any] = self.handler({"Records": records}, CONTEXT)
        return answer

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(message.body) for message in self.queue.receive_messages(MaxNumberOfMessages=10)]


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_SERVICE_NAME": "anomaly",
        "POWERTOOLS_METRICS_NAMESPACE": "LLMAnalyticsHub",
        "DETECTION_BUCKET": "states",
        "EVENT_BUS": "llm-analytics",
        "CONSOLE_URL": "https://hub/",
        "DETECTION_RESOLUTION": "5m",
        "DETECTION_METHOD": "learned",
        "DETECTION_WARM_UP_WINDOWS": "60",
        "ALERTS_FROM": "low",
        **TABLES,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    with mock_aws():
        client = boto3.client("dynamodb")
        for name in TABLES.values():
            create_table(client, name)
        boto3.client("s3").create_bucket(Bucket="states")
        yield Deployed(
            import_module(MODULE).handler,
            DynamoClosedWindowStore(client, "closed_windows", lambda: uuid4().hex),
            DynamoAnomalyStore(client, "anomalies"),
            _queue_on_bus(),
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


def window(number: int) -> Window:
    return replace(FIRST, start=FIRST.start + number * FIRST.resolution.length)


def test_a_model_that_turns_slow_is_learned_found_told_and_over(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = {number: calls(30 + number % 7, latency_ms=1000.0 + 37 * (number % 5)) for number in range(5)}
    for number in range(WINDOWS):
        deployed.publish(window(number), usual[number % 5])
    deployed.publish(window(WINDOWS), calls(30, latency_ms=9000))
    start, end = Window(FIRST.start), Window(window(WINDOWS).end)
    deployed.closed.create_cursor(Cursor(end, end))

    learned = deployed.handler({"command": "learn", "from": start.start.isoformat()}, CONTEXT)
    assert deployed.ring(window(WINDOWS)) == {"batchItemFailures": []}

    assert learned["windows"] == WINDOWS + 1
    ours = list(deployed.anomalies.find("acme", window(WINDOWS).start, window(WINDOWS).end))
    assert [(one.key[1:], one.measure, one.status) for one in ours] == [
        (("model", "gpt-4o"), "latency_ms", Status.OPEN)
    ]
    (notice,) = deployed.told()
    assert notice["detail-type"] == "Anomaly Detected"
    assert notice["detail"]["anomaly_id"] == ours[0].id
    assert notice["detail"]["explanation"].startswith("p95 latency of gpt-4o was 9.0 s")
    assert not list(Draft202012Validator(SCHEMA).iter_errors(notice["detail"]))
    emitted = capsys.readouterr().out
    for name in (
        MetricName.ANOMALY_EVENTS_ANALYZED,
        MetricName.ANOMALY_ANALYSIS_DURATION,
        MetricName.ANOMALIES_DETECTED,
        MetricName.ANOMALIES_RESOLVED,
        MetricName.ANOMALIES_ALERTED,
        MetricName.SERIES_JUDGED,
        MetricName.WINDOWS_JUDGED,
        MetricName.DETECTION_AGE,
    ):
        assert f'"{name}"' in emitted


def learned_states() -> dict[str, bytes]:
    bucket = boto3.resource("s3").Bucket("states")
    return {found.key: found.get()["Body"].read() for found in bucket.objects.all()}


@pytest.mark.filterwarnings("ignore:No application metrics")
def test_an_older_release_leaves_what_a_newer_one_has_learned(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        deployed.publish(window(number), calls(30))
    deployed.closed.create_cursor(Cursor(Window(FIRST.start), Window(window(1).end)))
    deployed.handler({"command": "learn", "from": FIRST.start.isoformat()}, CONTEXT)
    while (cursor := deployed.closed.cursor()) and cursor.next.start < window(2).end:
        deployed.closed.advance_cursor(cursor)
    before = learned_states()

    with monkeypatch.context() as older:
        older.setattr("shared.anomalies.state.VERSION", state.VERSION - 1)
        with pytest.raises(TransientError, match="version"):
            deployed.ring(window(2))

    assert before
    # A thread that outlives the failure may leave a new one, which nobody names.
    assert before.items() <= learned_states().items()
    assert deployed.ring(window(2)) == {"batchItemFailures": []}


def test_a_command_that_is_none_is_refused_by_name(deployed: Deployed) -> None:
    answer = deployed.handler({"command": "learn", "from": "yesterday"}, CONTEXT)

    assert answer["error"]["code"] == "invalid_command"
