"""The real handler on DynamoDB and S3 (moto), fed what Lambda's Kinesis mapping hands over."""

import json
import sys
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from shared.adapters.refusals import refusal_counts
from shared.adapters.state_stores import state_store
from shared.errors import TransientError
from shared.events.refusals import QUARANTINED, Refused
from shared.observability.metrics import MetricName
from shared.packs.arrived import ArrivedRecord
from shared.windows.state import StateStore, late_count
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution
from tests.builders.arrivals import arrived, call, pack, tick
from tests.builders.aws import create_table
from tests.builders.kafka import kafka_event
from tests.builders.records import HEADER, raw_pack
from tests.fakes.aws_connection import MotoConnection

MODULE = "functions.aggregation.handler"
MINUTE = Resolution.MINUTE.containing(datetime.now(UTC))
NOW = MINUTE.start
CONTEXT = SimpleNamespace(
    function_name="aggregation",
    function_version="1",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:aggregation",
    aws_request_id="request-1",
)


@dataclass
class Deployed:
    handler: Any
    store: StateStore
    dynamodb: Any
    s3: Any

    def invoke(self, *batch: ArrivedRecord) -> dict[str, Any]:
        result: dict[str, Any] = self.handler({"Records": [kinesis_record(record) for record in batch]}, CONTEXT)
        return result


def kinesis_record(record: ArrivedRecord) -> dict[str, Any]:
    return {
        "eventID": f"{record.shard}:{record.sequence}",
        "eventSource": "aws:kinesis",
        "kinesis": {
            "partitionKey": record.partition_key,
            "sequenceNumber": record.sequence,
            "approximateArrivalTimestamp": record.arrived_at.timestamp(),
            "data": b64encode(record.data).decode(),
        },
    }


def pack_of(*numbers: int, at: datetime = NOW, tenant: str = "acme") -> ArrivedRecord:
    return arrived(pack([call(number, at) for number in numbers], tenant=tenant, ingested_at=NOW), at=NOW)


@pytest.fixture(params=["items", "segments"])
def deployed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_SERVICE_NAME": "aggregation",
        "POWERTOOLS_METRICS_NAMESPACE": "LLMAnalyticsHub",
        "STATE_TABLE": "window_state",
        "STATE_LAYOUT": request.param,
        "FAILURE_BUCKET": "failures",
        "REFUSAL_TABLE": "refusals",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("shared.adapters.json_api.HTTPSConnection", MotoConnection)
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    with mock_aws():
        dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
        dynamodb.create_table(
            TableName="window_state",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        )
        create_table(dynamodb, "refusals")
        s3.create_bucket(Bucket="failures")
        store = state_store(dynamodb, "window_state", request.param)
        yield Deployed(import_module(MODULE).handler, store, dynamodb, s3)


def emitted(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The metrics, without the cold start's."""
    lines: list[dict[str, Any]] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [metrics] = [line for line in lines if "_aws" in line and "ColdStart" not in line]
    return metrics


def test_a_batch_becomes_state_and_progress(deployed: Deployed) -> None:
    result = deployed.invoke(pack_of(1, 2), pack_of(3, at=NOW - timedelta(minutes=1)), arrived(tick(), at=NOW))

    assert result == {"batchItemFailures": []}
    assert [segment.table.total_events() for segment in deployed.store.minute(MINUTE)] == [2]
    assert deployed.store.progress() == {3: NOW - timedelta(seconds=2)}


def test_a_batch_that_comes_again_changes_nothing(deployed: Deployed) -> None:
    batch = [pack_of(1, 2), pack_of(2, 3), pack_of(2, tenant="globex")]

    deployed.invoke(*batch)
    deployed.invoke(*batch[::-1])

    [segment] = deployed.store.minute(MINUTE)
    assert (segment.version, segment.table.total_events()) == (1, 4)


def test_a_batch_of_several_partitions_of_kafka_becomes_state_and_progress_of_each(deployed: Deployed) -> None:
    records = [
        ArrivedRecord("3", "events-3", "7", NOW, pack([call(1, NOW), call(2, NOW)], ingested_at=NOW)),
        ArrivedRecord("3", "events-3", "8", NOW + timedelta(seconds=5), b"junk"),
        ArrivedRecord("1", "events-1", "2", NOW, tick(1)),
    ]

    for _ in range(2):
        result = deployed.handler(kafka_event(records), CONTEXT)

    assert result == {"batchItemFailures": []}
    assert [segment.table.total_events() for segment in deployed.store.minute(MINUTE)] == [2]
    assert deployed.store.progress() == {1: NOW - timedelta(seconds=2), 3: NOW + timedelta(seconds=3)}
    [poison] = deployed.s3.list_objects_v2(Bucket="failures")["Contents"]
    assert poison["Key"] == f"quarantine/aggregation/events-3/{8:020d}"


def test_late_events_are_kept_apart(deployed: Deployed) -> None:
    before = Resolution.MINUTE.containing(NOW - timedelta(hours=25))

    deployed.invoke(pack_of(1, at=before.start))

    [segment] = deployed.store.minute(before)
    assert (segment.table.total_events(), late_count([segment])) == (0, 1)


def test_poison_lies_in_the_bucket_with_its_reason_and_the_rest_is_folded(deployed: Deployed) -> None:
    poison = arrived(b"junk", at=NOW)

    result = deployed.invoke(pack_of(1), poison, pack_of(2))

    kept = deployed.s3.get_object(Bucket="failures", Key=f"quarantine/aggregation/{poison.shard}/{poison.sequence}")
    assert result == {"batchItemFailures": []}
    assert (kept["Body"].read(), kept["Metadata"]["code"]) == (b"junk", "unknown_codec")
    assert SummaryTable.merge([s.table for s in deployed.store.minute(MINUTE)]).total_events() == 2


def test_a_tenant_is_told_once_of_its_records_in_quarantine_and_of_no_others(deployed: Deployed) -> None:
    broken = arrived(raw_pack({**HEADER, "events": 5}), at=NOW)
    outlived = pack_of(9, at=NOW - timedelta(days=10), tenant="globex")
    nobodys = arrived(b"junk", at=NOW)

    for _ in range(2):
        deployed.invoke(pack_of(1), broken, nobodys, outlived)

    told = refusal_counts("refusals")
    assert [list(told.between(each, NOW, MINUTE.end)) for each in ("acme", "globex")] == [
        [Refused(NOW, {QUARANTINED: 1})]
    ] * 2
    assert deployed.dynamodb.scan(TableName="refusals")["Count"] == 2
    assert deployed.s3.list_objects_v2(Bucket="failures")["KeyCount"] == 3


def test_a_quarantine_that_cannot_be_told_of_fails_the_batch_and_comes_again(deployed: Deployed) -> None:
    broken = arrived(raw_pack({**HEADER, "events": 5}), at=NOW)
    deployed.dynamodb.delete_table(TableName="refusals")
    with pytest.raises(TransientError, match="quarantine note"):
        deployed.invoke(pack_of(1), broken)
    create_table(deployed.dynamodb, "refusals")

    deployed.invoke(pack_of(1), broken)

    assert list(refusal_counts("refusals").between("acme", NOW, MINUTE.end)) == [Refused(NOW, {QUARANTINED: 1})]
    assert [segment.table.total_events() for segment in deployed.store.minute(MINUTE)] == [1]


def test_a_table_that_does_not_answer_fails_the_batch(deployed: Deployed) -> None:
    deployed.dynamodb.delete_table(TableName="window_state")

    with pytest.raises(TransientError):
        deployed.invoke(pack_of(1))


def test_a_batch_over_many_items_is_stored_side_by_side(deployed: Deployed) -> None:
    minutes = [NOW - timedelta(minutes=number) for number in range(120)]

    deployed.invoke(*(pack_of(number, at=minute) for number, minute in enumerate(minutes)))

    stored = [deployed.store.segments(Resolution.MINUTE.containing(minute), 3) for minute in minutes]
    assert all(len(segments) == 1 for segments in stored)


def test_every_metric_is_emitted(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    outlived = pack_of(9, at=NOW - timedelta(days=10))

    deployed.invoke(pack_of(1, 2), pack_of(2), pack_of(3, at=NOW - timedelta(days=2)), outlived, arrived(b"junk"))

    metrics = emitted(capsys)
    assert {name: metrics[name] for name in MetricName if name in metrics and name != "AggregationDuration"} == {
        "RecordsConsumed": [5],
        "RecordsQuarantined": [2],
        "EventsFolded": [2],
        "EventsLate": [1],
        "EventsDuplicate": [1],
        "EventsExpired": [1],
    }
    assert metrics["AggregationDuration"][0] >= 0
    assert metrics["service"] == "aggregation"


def test_one_line_of_facts_is_logged_without_a_word_of_payload(
    deployed: Deployed, caplog: pytest.LogCaptureFixture
) -> None:
    deployed.invoke(pack_of(1, 2), pack_of(2), arrived(b"secret junk", at=NOW))

    [line] = [record for record in caplog.records if record.name == "aggregation"]
    facts = vars(line)
    assert (facts["folded"], facts["duplicate"], facts["quarantined"]) == (2, 1, 1)
    assert not [word for word in ("acme", "small", "secret") if word in str(facts)]


def test_a_batch_that_fails_is_still_counted_as_received(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.dynamodb.delete_table(TableName="window_state")

    with pytest.raises(TransientError):
        deployed.invoke(pack_of(1))

    assert emitted(capsys)["RecordsConsumed"] == [1]
