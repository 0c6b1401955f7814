"""The real handler on S3 (moto), fed what Lambda's Kinesis mapping hands over."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from shared.errors import TransientError
from shared.observability.metrics import MetricName
from shared.packs.archive import archived_packs
from shared.packs.arrived import ArrivedRecord
from tests.builders.arrivals import arrived, call, pack, tick
from tests.builders.failures import kinesis_event

MODULE = "functions.archive.handler"
CONTEXT = SimpleNamespace(
    function_name="archive",
    function_version="1",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:archive",
    aws_request_id="request-1",
)
BATCH = [
    arrived(pack([call(1), call(2)])),
    arrived(tick()),
    arrived(b"junk"),
    arrived(pack([call(3)], tenant="globex")),
]
NAME = f"{BATCH[0].shard}-{BATCH[0].sequence}-{BATCH[-1].sequence}.jsonl.zst"


@dataclass
class Deployed:
    handler: Any
    s3: Any

    def invoke(self, *batch: ArrivedRecord) -> dict[str, Any]:
        result: dict[str, Any] = self.handler(kinesis_event(batch), CONTEXT)
        return result

    def archived(self) -> dict[str, bytes]:
        keys = [found["Key"] for found in self.s3.list_objects_v2(Bucket="archive").get("Contents", [])]
        return {key: self.s3.get_object(Bucket="archive", Key=key)["Body"].read() for key in keys}


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_SERVICE_NAME": "archive",
        "POWERTOOLS_METRICS_NAMESPACE": "LLMAnalyticsHub",
        "ARCHIVE_BUCKET": "archive",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="archive")
        yield Deployed(import_module(MODULE).handler, s3)


def test_a_batch_is_an_object_for_each_tenant_and_hour(deployed: Deployed) -> None:
    result = deployed.invoke(*BATCH)

    found = deployed.archived()
    assert result == {"batchItemFailures": []}
    assert list(found) == [f"events/tenant={tenant}/date=2026-11-22/hour=12/{NAME}" for tenant in ("acme", "globex")]
    assert [len(made.events) for data in found.values() for made in archived_packs(data)] == [2, 1]


def test_a_batch_that_comes_again_changes_nothing(deployed: Deployed) -> None:
    deployed.invoke(*BATCH)
    before = deployed.archived()

    deployed.invoke(*BATCH)

    assert deployed.archived() == before


def test_a_bucket_that_does_not_answer_fails_the_batch(deployed: Deployed) -> None:
    deployed.s3.delete_bucket(Bucket="archive")

    with pytest.raises(TransientError):
        deployed.invoke(*BATCH)


def test_every_metric_is_emitted_and_no_payload_is_logged(
    deployed: Deployed, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    deployed.invoke(*BATCH)

    lines: list[dict[str, Any]] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [metrics] = [line for line in lines if "_aws" in line and "ColdStart" not in line]
    assert (metrics[MetricName.RECORDS_CONSUMED], metrics[MetricName.EVENTS_ARCHIVED]) == ([4], [3])
    assert metrics[MetricName.BYTES_ARCHIVED] == [sum(map(len, deployed.archived().values()))]
    [line] = [record for record in caplog.records if record.name == "archive"]
    assert not [word for word in ("acme", "small", "junk") if word in str(vars(line))]
