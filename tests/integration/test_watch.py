"""The real handler of the fast lane on DynamoDB, EventBridge and SQS (moto), fed what Kinesis' mapping hands over."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3
import msgspec
import pytest
from moto import mock_aws

from shared.events.timestamps import format_timestamp
from shared.observability.metrics import MetricName
from shared.packs.pack import PackHeader, encode_pack
from tests.builders.arrivals import arrived
from tests.builders.aws import create_table
from tests.builders.events import event, payload_json
from tests.builders.failures import kinesis_event

MODULE = "functions.watch.handler"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "watch",
    "POWERTOOLS_METRICS_NAMESPACE": "LLMAnalyticsHub",
    "ANOMALY_TABLE": "anomalies",
    "DETECTION_TABLE": "detection",
    "EVENT_BUS": "llm-analytics",
    "CONSOLE_URL": "https://hub/",
    "DETECTION_RESOLUTION": "5m",
    "FAST_ERROR_RATIO": "0.5",
    "FAST_ERROR_REQUESTS": "50",
}
CONTEXT = SimpleNamespace(
    function_name="watch",
    function_version="1",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:000000000000:function:watch",
    aws_request_id="request-1",
)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    with mock_aws():
        client = boto3.client("dynamodb")
        for name in ("anomalies", "detection"):
            create_table(client, name)
        queue = boto3.resource("sqs").create_queue(QueueName="alerts")
        events = boto3.client("events")
        events.create_event_bus(Name="llm-analytics")
        pattern = json.dumps({"source": ["llm-analytics-hub"]})
        events.put_rule(Name="all", EventBusName="llm-analytics", EventPattern=pattern)
        target = {"Id": "queue", "Arn": queue.attributes["QueueArn"]}
        events.put_targets(Rule="all", EventBusName="llm-analytics", Targets=[target])  # type: ignore[list-item]
        yield queue


def test_a_critical_threat_is_in_the_queue_when_the_handler_returns(
    queue: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    threat = event(payload=payload_json("security", "threat", threat_level="critical"))
    threat = msgspec.structs.replace(threat, timestamp=format_timestamp(now))
    pack = encode_pack(PackHeader("acme", 0, now, timedelta(hours=24), 1), [threat])
    batch = kinesis_event([arrived(pack)])
    handler = import_module(MODULE).handler

    answers = [handler(batch, CONTEXT) for _ in range(2)]

    assert answers == [{"batchItemFailures": []}] * 2
    (message,) = queue.receive_messages(MaxNumberOfMessages=10)
    told = json.loads(message.body)["detail"]
    assert (told["kind"], told["severity"], told["measure"]) == ("threat", "critical", "critical_threats")
    emitted = capsys.readouterr().out
    assert f'"{MetricName.EVENTS_WATCHED}"' in emitted
    assert f'"{MetricName.FAST_ALERTS}"' in emitted
