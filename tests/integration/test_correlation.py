"""The real handler on DynamoDB and EventBridge (moto), fed what Lambda's mappings and the schedule hand over."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from jsonschema import Draft202012Validator
from moto import mock_aws

from shared.adapters.event_index import DynamoEventIndex
from shared.events.decoding import decode_events
from shared.observability.metrics import MetricName
from tests.builders.arrivals import arrived, pack
from tests.builders.aws import create_table
from tests.builders.events import as_body, event_json, payload_json
from tests.builders.failures import kinesis_event

MODULE = "functions.correlation.handler"
CONTEXT = SimpleNamespace(
    function_name="correlation",
    function_version="1",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:correlation",
    aws_request_id="request-1",
)
VARIABLES = {
    "correlation": "CORRELATION_TABLE",
    "incidents": "INCIDENT_TABLE",
    "event_index": "EVENT_INDEX_TABLE",
    "rollups": "ROLLUP_TABLE",
}
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "incident.schema.json").read_text())


@dataclass
class Deployed:
    handler: Any
    dynamodb: Any
    sqs: Any
    queue: str

    def notices(self) -> list[dict[str, Any]]:
        messages = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    def items(self, table: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.dynamodb.scan(TableName=table)["Items"]
        return found


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_SERVICE_NAME": "correlation",
        "POWERTOOLS_METRICS_NAMESPACE": "LLMAnalyticsHub",
        "EVENT_BUS": "llm-analytics",
        "CONSOLE_URL": "https://hub.example/",
        **{variable: table for table, variable in VARIABLES.items()},
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    with mock_aws():
        dynamodb, bus, sqs = boto3.client("dynamodb"), boto3.client("events"), boto3.client("sqs")
        create_table(dynamodb, "correlation")
        create_table(dynamodb, "incidents")
        create_table(dynamodb, "rollups")
        create_table(dynamodb, "event_index")
        queue = sqs.create_queue(QueueName="notices")["QueueUrl"]
        bus.create_event_bus(Name="llm-analytics")
        bus.put_rule(Name="all", EventBusName="llm-analytics", EventPattern='{"source": ["llm-analytics-hub"]}')
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        bus.put_targets(Rule="all", EventBusName="llm-analytics", Targets=[{"Id": "queue", "Arn": arn}])
        yield Deployed(import_module(MODULE).handler, dynamodb, sqs, queue)


def an_attack() -> dict[str, Any]:
    """Six prompt injections by one user in the last minutes, as the Kinesis mapping hands them over."""
    start = datetime.now(UTC) - timedelta(minutes=8)
    threats = [
        event_json(
            timestamp=(start + timedelta(minutes=minute)).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            event_type="security",
            payload=payload_json("security", "threat", attack_vector="PROMPT TEXT"),
            tags={"user_id": "ann"},
        )
        for minute in range(6)
    ]
    events = decode_events(as_body(*threats), ndjson=False, received_at=datetime.now(UTC)).events
    return kinesis_event([arrived(pack(events))])


def test_an_attack_in_the_stream_is_one_incident_on_the_bus(deployed: Deployed) -> None:
    deployed.handler(an_attack(), CONTEXT)
    deployed.handler({"detail-type": "Scheduled Event"}, CONTEXT)

    (notice,) = deployed.notices()
    now = datetime.now(UTC)
    shown = list(DynamoEventIndex(deployed.dynamodb, "event_index").between("acme", now - timedelta(hours=1), now))
    assert notice["detail-type"] == "Incident Opened"
    assert not list(Draft202012Validator(SCHEMA).iter_errors(notice["detail"]))
    assert notice["detail"]["suspected_causes"][0]["about"] == "user:ann"
    assert len(shown) == 6
    assert len(deployed.items("incidents")) == 1


def test_a_tick_without_news_tells_nothing(deployed: Deployed) -> None:
    assert deployed.handler({"detail-type": "Scheduled Event"}, CONTEXT) == {"batchItemFailures": []}

    assert deployed.notices() == []
    assert deployed.items("incidents") == []


def test_every_metric_is_emitted_and_no_prompt_is_logged(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.handler(an_attack(), CONTEXT)
    deployed.handler({"detail-type": "Scheduled Event"}, CONTEXT)

    printed = capsys.readouterr().out
    for name in (MetricName.CORRELATION_EVENTS_PROCESSED, MetricName.EVENTS_INDEXED, MetricName.SIGNALS_FOUND):
        assert f'"{name.value}":[6.0]' in printed.replace(" ", "")
    for name in (MetricName.CORRELATIONS_FOUND, MetricName.INCIDENTS_OPENED, MetricName.INCIDENT_NOTICES):
        assert f'"{name.value}":[1.0]' in printed.replace(" ", "")
    for name in (MetricName.SIGNALS_DROPPED, MetricName.INCIDENTS_ENDED):
        assert f'"{name.value}":[0.0]' in printed.replace(" ", "")
    assert "PROMPT TEXT" not in printed
