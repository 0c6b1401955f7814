"""The real handler on Kinesis (moto), called as the schedule calls it."""

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from shared.observability.metrics import MetricName
from shared.packs.pack import Tick, decode_record
from shared.packs.stream import StreamRecord
from tests.builders.stream_contents import stream_contents
from tests.fakes.aws_connection import MotoConnection

MODULE = "functions.heartbeat.handler"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "eu-west-1",
    "POWERTOOLS_SERVICE_NAME": "heartbeat",
    "POWERTOOLS_METRICS_NAMESPACE": "LLMAnalyticsHub",
    "EVENT_STREAM": "events",
    "PARTITIONS": "4",
}
CONTEXT = SimpleNamespace(
    function_name="heartbeat",
    function_version="1",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:heartbeat",
    aws_request_id="request-1",
)


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Callable[[], list[StreamRecord]]]]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("shared.adapters.json_api.HTTPSConnection", MotoConnection)
    sys.modules.pop(MODULE, None)
    with mock_aws():
        kinesis = boto3.client("kinesis", region_name="eu-west-1")
        kinesis.create_stream(StreamName="events", ShardCount=2)
        yield import_module(MODULE).handler, lambda: stream_contents(kinesis, "events")
    sys.modules.pop(MODULE, None)


def test_a_call_ticks_every_partition(
    deployed: tuple[Any, Callable[[], list[StreamRecord]]], capsys: pytest.CaptureFixture[str]
) -> None:
    handler, there = deployed

    handler({"source": "aws.events"}, CONTEXT)

    ticks = [decode_record(record.data) for record in there()]
    assert sorted(tick.partition for tick in ticks if isinstance(tick, Tick)) == [0, 1, 2, 3]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert [line[MetricName.TICKS_PUBLISHED] for line in lines if MetricName.TICKS_PUBLISHED in line] == [[4.0]]
