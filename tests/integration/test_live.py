"""The real handler on DynamoDB and API Gateway (moto): from a ticket to a told anomaly."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3
import msgspec
import pytest
from moto import mock_aws
from moto.apigatewaymanagementapi.models import apigatewaymanagementapi_backends

from shared.adapters.incidents import DynamoIncidentStore
from shared.adapters.live import DynamoLiveStore
from shared.incidents.stores import StoredIncident
from shared.live.connection import Ticket
from shared.observability.metrics import MetricName
from shared.windows.groups import GROUPINGS
from tests.builders.anomalies import anomaly
from tests.builders.aws import create_table
from tests.builders.stories import an_incident

MODULE = "functions.live.handler"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "POWERTOOLS_SERVICE_NAME": "live",
    "POWERTOOLS_METRICS_NAMESPACE": "LLMAnalyticsHub",
    "LIVE_TABLE": "live",
    "LIVE_API": "api",
    "LIVE_STAGE": "hub",
    "AWS_REGION": "eu-west-1",
    "STATE_TABLE": "window_state",
    "STATE_LAYOUT": "items",
    "CLOSED_WINDOW_TABLE": "closed_windows",
    "SERIES_LIMIT": "5000",
    "GROUPINGS": json.dumps(GROUPINGS),
}
CONTEXT = SimpleNamespace(
    function_name="live",
    function_version="1",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:live",
    aws_request_id="request-1",
)


class Deployed:
    def __init__(self, handler: Any, client: Any) -> None:
        self.handler = handler
        self.client = client

    def socket(self, kind: str, body: Any = None, ticket: str = "") -> int:
        event: dict[str, Any] = {"requestContext": {"connectionId": "c1", "eventType": kind}}
        event |= {"queryStringParameters": {"ticket": ticket}} if kind == "CONNECT" else {"body": json.dumps(body)}
        status: int = self.handler(event, CONTEXT)["statusCode"]
        return status

    def stream(self, *images: dict[str, Any]) -> Any:
        return self.handler({"Records": [{"dynamodb": {"NewImage": image}} for image in images]}, CONTEXT)

    def received(self) -> list[Any]:
        data = apigatewaymanagementapi_backends["123456789012"]["eu-west-1"].connections["c1"].data
        decoder, messages = json.JSONDecoder(), []
        text = data.decode()
        while text:
            message, end = decoder.raw_decode(text)
            messages.append(message)
            text = text[end:]
        return messages


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = boto3.client("dynamodb")
        for table in ("live", "window_state", "closed_windows", "incidents"):
            create_table(client, table)
        ticket = Ticket(sha256(b"secret").hexdigest(), "acme", "key_1", datetime.now(UTC) + timedelta(minutes=1))
        DynamoLiveStore(client, "live").issue(ticket)
        monkeypatch.delitem(sys.modules, MODULE, raising=False)
        yield Deployed(import_module(MODULE).handler, client)


def test_a_client_is_told_of_anomalies_and_incidents(deployed: Deployed) -> None:
    assert deployed.socket("CONNECT", ticket="secret") == 200
    deployed.socket("MESSAGE", {"action": "subscribe", "id": "a", "topic": "anomalies"})
    deployed.socket("MESSAGE", {"action": "subscribe", "id": "i", "topic": "incidents"})
    found, story = anomaly(), an_incident()
    incidents = DynamoIncidentStore(deployed.client, "incidents")
    incidents.put(StoredIncident(story, 1, ()))
    [item] = deployed.client.scan(TableName="incidents")["Items"]
    image = {**item, "incident": {"B": msgspec.to_builtins(item["incident"]["B"])}}

    deployed.stream({"sk": {"S": found.id}, "anomaly": {"S": found.encode()}, "edition": {"N": "1"}})
    deployed.stream(image)
    deployed.stream(image)

    told = deployed.received()
    assert [message["type"] for message in told] == ["subscribed", "subscribed", "anomaly", "incident"]
    assert (told[2]["anomaly"]["id"], told[3]["incident"]["id"]) == (found.id, story.id)
    assert [message["sequence"] for message in told] == [1, 1, 2, 3]


def test_nobody_connects_without_a_ticket(deployed: Deployed) -> None:
    assert deployed.socket("CONNECT", ticket="stolen") == 401


def test_what_was_told_is_counted(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    deployed.socket("CONNECT", ticket="secret")
    head = {"pk": {"S": "1m#2026-11-22T12:00Z"}, "sk": {"S": "head"}, "version": {"N": "3"}, "late": {"N": "0"}}
    deployed.stream(head)
    deployed.socket("DISCONNECT")

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    emitted = {name for line in lines for name in line}
    assert {
        MetricName.MESSAGES_HEARD,
        MetricName.MESSAGES_PUSHED,
        MetricName.MESSAGES_LOST,
        MetricName.CONNECTIONS_GONE,
    } <= emitted
    assert deployed.received()[-1]["window"] == "2026-11-22T12:00:00Z"
    assert "secret" not in str(lines)


def test_a_tick_without_listeners_is_over_at_once(deployed: Deployed) -> None:
    assert deployed.handler({"source": "aws.events"}, CONTEXT) == {"batchItemFailures": []}
