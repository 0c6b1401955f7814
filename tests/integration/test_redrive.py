"""The real handler on S3, Kinesis and Lambda (moto), called as the schedule and as operators call it."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from shared.adapters.functions import LambdaInvoker
from shared.adapters.refusals import refusal_counts
from shared.errors import TransientError
from shared.observability.metrics import MetricName
from shared.packs.archive import archived_objects
from shared.packs.pack import Pack, decode_record
from shared.packs.stream import StreamRecord
from tests.builders.arrivals import PARTITION, arrived, call, pack, tick
from tests.builders.aws import create_table
from tests.builders.failures import GIVEN_UP, given_up, kinesis_event, table_event
from tests.builders.records import HEADER, raw_pack
from tests.builders.stream_contents import stream_contents
from tests.fakes.aws_connection import MotoConnection

MODULE = "functions.redrive.handler"
NOW = datetime.now(UTC).replace(microsecond=0)
PACK = pack([call(1, NOW), call(2, NOW)], ingested_at=NOW)
QUARANTINED = "quarantine/aggregation/shard-0/1"
CONTEXT = SimpleNamespace(
    function_name="redrive",
    function_version="1",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:redrive",
    aws_request_id="request-1",
    get_remaining_time_in_millis=lambda: 900_000,
)


@dataclass
class Deployed:
    handler: Any
    s3: Any
    kinesis: Any
    invoked: list[tuple[str, Any]] = field(default_factory=list)

    def ask(self, **command: Any) -> dict[str, Any]:
        result: dict[str, Any] = self.handler(command, CONTEXT)
        return result

    def run(self) -> dict[str, Any]:
        return self.ask(source="aws.events")

    def give_up(self, event: dict[str, Any], function: str = "aggregation", name: str = GIVEN_UP) -> None:
        self.s3.put_object(Bucket="failures", Key=name, Body=given_up(event, function))

    def quarantine(self, data: bytes, key: str = QUARANTINED) -> None:
        reason = {"code": "unreadable_record", "message": "why%20not", "partition-key": str(PARTITION)}
        self.s3.put_object(Bucket="failures", Key=key, Body=data, Metadata=reason)

    def archive(self, data: bytes) -> None:
        content = decode_record(data)
        assert isinstance(content, Pack)
        for each in archived_objects([content], "shard-1-2"):
            self.s3.put_object(Bucket="archive", Key=each.key, Body=each.data)

    def waiting(self) -> list[str]:
        return [found["Key"] for found in self.s3.list_objects_v2(Bucket="failures").get("Contents", [])]

    def stream(self) -> list[StreamRecord]:
        return stream_contents(self.kinesis, "events")


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "POWERTOOLS_SERVICE_NAME": "redrive",
        "POWERTOOLS_METRICS_NAMESPACE": "LLMAnalyticsHub",
        "EVENT_STREAM": "events",
        "PARTITIONS": "4",
        "FAILURE_BUCKET": "failures",
        "REFUSAL_TABLE": "refusals",
        "ARCHIVE_BUCKET": "archive",
        "ARCHIVE_FUNCTION": "archive",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    monkeypatch.setattr("shared.adapters.json_api.HTTPSConnection", MotoConnection)
    with mock_aws():
        s3, kinesis = boto3.client("s3"), boto3.client("kinesis")
        for bucket in ("failures", "archive"):
            s3.create_bucket(Bucket=bucket)
        create_table(boto3.client("dynamodb"), "refusals")
        kinesis.create_stream(StreamName="events", ShardCount=2)
        deployed = Deployed(import_module(MODULE).handler, s3, kinesis)
        # moto would run a function only in a container.
        monkeypatch.setattr(LambdaInvoker, "__call__", lambda _, *asked: deployed.invoked.append(asked))
        yield deployed


def test_the_schedule_redrives_what_was_given_up_and_leaves_the_quarantine(deployed: Deployed) -> None:
    deployed.give_up(kinesis_event([arrived(PACK), arrived(tick()), arrived(b"junk")]), name=f"{GIVEN_UP}-1")
    changes = table_event(("2026-11-22T12:00Z", "p=0"))
    deployed.give_up(changes, "rollup", name=f"{GIVEN_UP}-2")
    deployed.quarantine(PACK)

    answer = deployed.run()

    assert answer == {"redriven": 2, "waiting": {"quarantined": 2, "given_up": 0, "unknown": 0}}
    assert deployed.stream() == [StreamRecord(PARTITION, PACK)]
    assert deployed.invoked == [("rollup", changes)]
    assert QUARANTINED in deployed.waiting()


def test_a_tenant_is_told_of_what_cannot_be_redriven(deployed: Deployed) -> None:
    broken = arrived(raw_pack({**HEADER, "events": 5}), at=NOW)
    deployed.give_up(kinesis_event([arrived(PACK, at=NOW), broken, arrived(b"junk", at=NOW)]))

    deployed.run()

    told = refusal_counts("refusals").between("acme", NOW - timedelta(minutes=1), NOW + timedelta(minutes=1))
    assert [refused.counts for refused in told] == [{"quarantined": 1}]


def test_a_second_run_finds_nothing_to_do(deployed: Deployed) -> None:
    deployed.give_up(kinesis_event([arrived(PACK)]))

    deployed.run()
    deployed.run()

    assert deployed.stream() == [StreamRecord(PARTITION, PACK)]


def test_what_waits_is_listed_page_by_page(deployed: Deployed) -> None:
    for number in range(3):
        deployed.quarantine(b"junk", f"quarantine/aggregation/shard-0/{number}")

    first = deployed.ask(command="list", limit=2)
    second = deployed.ask(command="list", limit=2, after=first["next"])

    assert [each["key"][-1] for each in first["failures"] + second["failures"]] == ["0", "1", "2"]
    assert (first["failures"][0]["kind"], second["next"]) == ("quarantined", None)


def test_a_batch_is_inspected_without_a_word_of_its_payload(deployed: Deployed) -> None:
    deployed.give_up(kinesis_event([arrived(PACK), arrived(tick()), arrived(b"secret junk")]))

    shown = deployed.ask(command="inspect", key=GIVEN_UP)["failure"]

    assert (shown["function"], shown["code"], shown["record_count"]) == ("aggregation", "RecordAgeExceeded", 3)
    assert [record["holds"] for record in shown["records"]] == ["pack", "tick", "unfit"]
    assert (shown["records"][0]["events"], shown["records"][0]["partition"]) == (2, PARTITION)
    assert not [word for word in ("secret", "small", "acme-ai", "request-1") if word in json.dumps(shown)]


def test_changes_of_a_table_are_inspected_by_their_keys(deployed: Deployed) -> None:
    deployed.give_up(table_event(("2026-11-22T12:00Z", "p=0")), "rollup")

    shown = deployed.ask(command="inspect", key=GIVEN_UP)["failure"]

    assert shown["records"] == [{"holds": "change", "key": {"pk": "2026-11-22T12:00Z", "sk": "p=0"}}]


def test_a_quarantined_record_is_inspected_published_or_discarded(deployed: Deployed) -> None:
    deployed.quarantine(PACK)
    deployed.quarantine(b"junk", f"{QUARANTINED}0")

    shown = deployed.ask(command="inspect", key=QUARANTINED)["failure"]
    published = deployed.ask(command="publish", key=QUARANTINED)
    discarded = deployed.ask(command="discard", key=f"{QUARANTINED}0")

    assert (shown["code"], shown["message"], shown["partition_key"]) == ("unreadable_record", "why not", "3")
    assert (published["redriven"]["events"], discarded) == (2, {"discarded": f"{QUARANTINED}0"})
    assert deployed.waiting() == []
    assert deployed.stream() == [StreamRecord(PARTITION, PACK)]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ({"command": "publish", "key": QUARANTINED}, "unknown_codec"),
        ({"command": "publish", "key": "quarantine/none"}, "not_found"),
        ({"command": "publish"}, "invalid_command"),
        ({"command": "explode"}, "invalid_command"),
        ({"command": "list", "limit": 0}, "invalid_command"),
        ({"command": "replay", "start": "2026-11-22T00:00Z", "end": "2026-11-22T00:00Z"}, "invalid_command"),
        ({"command": "replay", "start": "2026-11-22T00:00", "end": "2026-11-23T00:00"}, "invalid_command"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_code(deployed: Deployed, command: dict[str, Any], code: str) -> None:
    deployed.quarantine(b"junk")

    assert deployed.ask(**command)["error"]["code"] == code


def test_trouble_of_the_world_is_told_and_the_object_stays(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise TransientError("invoke: TooManyRequestsException")

    monkeypatch.setattr(LambdaInvoker, "__call__", fail)
    deployed.give_up(table_event(("2026-11-22T12:00Z", "p=0")), "rollup")

    answer = deployed.ask(command="publish", key=GIVEN_UP)

    assert answer["error"] == {"code": "unavailable", "message": "invoke: TooManyRequestsException"}
    assert deployed.waiting() == [GIVEN_UP]


def test_the_archive_is_replayed_with_the_stamps_of_then(deployed: Deployed) -> None:
    deployed.archive(PACK)
    day = {"start": (NOW - timedelta(hours=12)).isoformat(), "end": (NOW + timedelta(hours=12)).isoformat()}

    replayed = deployed.ask(command="replay", **day)["replayed"]

    [record] = deployed.stream()
    content = decode_record(record.data)
    assert isinstance(content, Pack)
    assert (replayed["events"], replayed["next"], replayed["share"]) == (2, None, 1.0)
    assert (content.header.ingested_at, content.header.partition, content.header.archived) == (NOW, PARTITION, True)


def emitted(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    lines: list[dict[str, Any]] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [metrics] = [line for line in lines if "_aws" in line and "ColdStart" not in line]
    return metrics


def test_every_metric_of_a_run_is_emitted(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    deployed.give_up(kinesis_event([arrived(PACK), arrived(b"junk")]))

    deployed.run()

    metrics = emitted(capsys)
    names = (MetricName.FAILURES_WAITING, MetricName.FAILURES_REDRIVEN, MetricName.PACKS_REFUSED)
    assert [metrics[name] for name in names] == [[1], [1], [1]]


def test_replayed_events_are_counted(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    deployed.archive(PACK)

    deployed.ask(command="replay", start=NOW.isoformat(), end=(NOW + timedelta(seconds=1)).isoformat())

    metrics = emitted(capsys)
    assert (metrics[MetricName.REDRIVE_COMMANDS], metrics[MetricName.EVENTS_REPLAYED]) == ([1], [2])
