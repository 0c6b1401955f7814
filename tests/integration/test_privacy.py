"""The real handler on DynamoDB and S3 (moto): a person is handed out and forgotten."""

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

from shared.adapters.event_index import DynamoEventIndex
from shared.incidents.event_index import IndexedEvent
from shared.observability.metrics import MetricName
from shared.packs.archive import archived_lines, hour_folder, with_lines
from tests.builders.aws import create_table
from tests.builders.events import event, inference_json

MODULE = "functions.privacy.handler"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "POWERTOOLS_SERVICE_NAME": "privacy",
    "POWERTOOLS_METRICS_NAMESPACE": "LLMAnalyticsHub",
    "DOCUMENT_TABLE": "documents",
    "AUDIT_TABLE": "audit",
    "EVENT_INDEX_TABLE": "event_index",
    "INCIDENT_TABLE": "incidents",
    "CORRELATION_TABLE": "correlation",
    "ARCHIVE_BUCKET": "archive",
    "EXPORT_BUCKET": "exports",
}
CONTEXT = SimpleNamespace(
    function_name="privacy",
    function_version="1",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:privacy",
    aws_request_id="request-1",
    get_remaining_time_in_millis=lambda: 300_000,
)
STAMP = {"tenant": "acme", "partition": 1, "ingested_at": "2026-11-21T12:00:00Z", "allowed_lateness_s": 86400.0}


class Deployed:
    def __init__(self, handler: Any) -> None:
        self.handler = handler
        now = datetime.now(UTC)
        yesterday = now - timedelta(days=1)
        ann = event(now, timestamp=yesterday.isoformat(), payload=inference_json(user_id="ann")["payload"])
        self.key = f"{hour_folder('acme', yesterday)}batch.jsonl.zst"
        archived = with_lines(self.key, [{**msgspec.to_builtins(ann), **STAMP}])
        boto3.client("s3").put_object(Bucket="archive", Key=archived.key, Body=archived.data)
        self.index = DynamoEventIndex(boto3.client("dynamodb"), "event_index")
        self.event_id = ann.event_id
        self.index.put("b1", [IndexedEvent.of(ann, "acme")])

    def ask(self, method: str, path: str, body: Any = None, named: str = "") -> tuple[int, Any]:
        principal = {"tenant": "acme", "role": "admin", "key_id": "key_1", "rate_plan": "standard"}
        answered = self.handler(
            {
                "resource": f"/v1/privacy/{path}",
                "httpMethod": method,
                "pathParameters": {"id": named} if named else None,
                "body": json.dumps(body),
                "requestContext": {"requestId": "request-1", "authorizer": principal},
            },
            CONTEXT,
        )
        return answered["statusCode"], json.loads(answered["body"] or "null")

    def tick(self) -> Any:
        return self.handler({"source": "aws.events"}, CONTEXT)

    def archived_user(self) -> Any:
        data = boto3.client("s3").get_object(Bucket="archive", Key=self.key)["Body"].read()
        return archived_lines(data)[0]["payload"]["data"]["user_id"]


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client, s3 = boto3.client("dynamodb"), boto3.client("s3")
        for table in ("documents", "audit", "incidents", "correlation"):
            create_table(client, table)
        create_table(client, "event_index")
        for bucket in ("archive", "exports"):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        monkeypatch.delitem(sys.modules, MODULE, raising=False)
        yield Deployed(import_module(MODULE).handler)


def test_a_person_is_handed_out(deployed: Deployed) -> None:
    status, request = deployed.ask("POST", "exports", {"user_id": "ann"})
    deployed.tick()
    _, done = deployed.ask("GET", "requests/{id}", named=request["id"])
    _, links = deployed.ask("GET", "requests/{id}/download", named=request["id"])

    [stored] = boto3.client("s3").list_objects_v2(Bucket="exports")["Contents"][:1]
    assert (status, done["status"], done["found"]["archive"], done["found"]["event_index"]) == (202, "done", 1, 1)
    assert stored["Key"] in links["links"][0]


def test_a_person_is_forgotten(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    deployed.ask("POST", "erasures", {"user_id": "ann", "reason": "asked", "after_days": 0})
    deployed.tick()

    now = datetime.now(UTC)
    found = deployed.index.get("acme", deployed.event_id, now - timedelta(days=2), now)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert deployed.archived_user() == "erased"
    assert found
    assert b'"ann"' not in found.body
    assert {MetricName.PRIVACY_COMMANDS, MetricName.PRIVACY_REQUESTS_DONE} <= {name for line in lines for name in line}
    assert '"ann"' not in json.dumps(lines)


def test_what_is_wrong_is_told_and_not_kept_on_the_way(deployed: Deployed) -> None:
    assert deployed.ask("POST", "exports", {"user": "ann"})[0] == 400
    assert deployed.ask("GET", "requests/{id}", named="r1")[0] == 404
    assert deployed.ask("GET", "nothing")[0] == 404
