"""The event bus: what is put arrives at a target of the bus (moto), and trouble is transient."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from shared.adapters.event_bus import EventBridgeBus, events_client
from shared.anomalies.notices import DETAIL_TYPES, SOURCE, detail
from shared.anomalies.stores import Notice
from shared.errors import TransientError
from tests.builders.anomalies import anomaly


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        queue = boto3.resource("sqs").create_queue(QueueName="alerts")
        client = boto3.client("events")
        client.create_event_bus(Name="llm-analytics")
        client.put_rule(Name="all", EventBusName="llm-analytics", EventPattern=json.dumps({"source": [SOURCE]}))
        arn = queue.attributes["QueueArn"]
        client.put_targets(Rule="all", EventBusName="llm-analytics", Targets=[{"Id": "queue", "Arn": arn}])
        yield queue


def test_a_notice_arrives_as_the_published_schema_says(queue: Any) -> None:
    said = detail(anomaly(), Notice.DETECTED, "https://hub/")

    EventBridgeBus(events_client(), "llm-analytics").put(DETAIL_TYPES[Notice.DETECTED], said)

    (message,) = queue.receive_messages(MaxNumberOfMessages=10)
    arrived = json.loads(message.body)
    assert (arrived["source"], arrived["detail-type"]) == ("llm-analytics-hub", "Anomaly Detected")
    assert arrived["detail"] == said


def test_a_bus_that_does_not_take_it_is_transient_trouble() -> None:
    class Refusing:
        def put_events(self, **_entries: Any) -> dict[str, Any]:
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}

    with pytest.raises(TransientError, match="InternalFailure"):
        EventBridgeBus(Refusing(), "llm-analytics").put("Anomaly Detected", {})  # type: ignore[arg-type]
