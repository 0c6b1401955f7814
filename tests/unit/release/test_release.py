"""What the pipelines ask between a deploy and the next."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.layers import ROOT
from infra.release.__main__ import main
from infra.release.digests import LISTING, differences, write_digests
from infra.release.history import NothingDeployedError, released
from infra.release.notes import notes_of
from infra.release.packing import pack, unpack
from infra.release.smoke import Smoke, SmokeError, event
from infra.release.undone import undone
from infra.release.watching import raised, watched
from shared.events.decoding import decode_events

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PREFIX = "LlmAnalyticsHub-prod"
TEMPLATE = '{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"Release": {"Value": "c0ffee"}}}'


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        yield


@dataclass
class Alarms:
    """Alarms of a hub, as CloudWatch has them; `rise` plans what rises after so many looks."""

    client: Any = field(default_factory=lambda: boto3.client("cloudwatch"))
    rises: dict[int, str] = field(default_factory=dict)
    looks: int = 0

    def put(self, name: str, state: str = "OK") -> None:
        self.client.put_metric_alarm(
            AlarmName=name,
            MetricName="Errors",
            Namespace="AWS/Lambda",
            Period=60,
            Statistic="Sum",
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
        self.client.set_alarm_state(AlarmName=name, StateValue=state, StateReason="test")

    def sleep(self, _seconds: float) -> None:
        self.looks += 1
        if name := self.rises.get(self.looks):
            self.put(name, "ALARM")


def test_an_alarm_that_rises_while_we_watch_ends_the_watch() -> None:
    alarms = Alarms(rises={3: f"{PREFIX}-Api/Errors"})
    alarms.put(f"{PREFIX}-Api/Errors")

    assert watched(alarms.client, PREFIX, timedelta(minutes=5), alarms.sleep) == [f"{PREFIX}-Api/Errors"]
    assert alarms.looks == 3


def test_alarms_that_were_up_before_and_those_of_other_hubs_are_not_the_release() -> None:
    alarms = Alarms(rises={2: "LlmAnalyticsHub-dev-Api/Errors"})
    alarms.put(f"{PREFIX}-Api/Old", "ALARM")

    assert watched(alarms.client, PREFIX, timedelta(minutes=1), alarms.sleep) == []
    assert raised(alarms.client, PREFIX) == [f"{PREFIX}-Api/Old"]
    assert alarms.looks == 4


def test_an_alarm_that_rose_during_the_deploy_is_the_release(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alarms = Alarms()
    alarms.put(f"{PREFIX}-Api/Old", "ALARM")
    main(["risen", "--deployment", "prod"])
    before = tmp_path / "risen.txt"
    before.write_text(capsys.readouterr().out)

    alarms.put(f"{PREFIX}-Api/Errors", "ALARM")

    assert main(["watch", "--deployment", "prod", "--before", str(before)]) == 1
    assert capsys.readouterr().out == f"risen: {PREFIX}-Api/Errors\n"


def told(what: str, status: str, reason: str = "") -> dict[str, str]:
    physical = "arn:stack" if what == "stack" else what
    names = {"StackId": "arn:stack", "LogicalResourceId": what, "PhysicalResourceId": physical}
    return {**names, "ResourceStatus": status, "ResourceStatusReason": reason}


@dataclass
class RolledBack:
    """CloudFormation after a canary that an alarm has stopped: events newest first, in pages."""

    pages: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {
            "describe_stacks": [
                {"Stacks": [{"StackName": f"{PREFIX}-Api", "StackStatus": "UPDATE_ROLLBACK_COMPLETE"}]},
                {"Stacks": [{"StackName": f"{PREFIX}-Storage", "StackStatus": "UPDATE_COMPLETE"}]},
                {"Stacks": [{"StackName": f"{PREFIX}2-Api", "StackStatus": "ROLLBACK_COMPLETE"}]},
            ],
            "describe_stack_events": [
                {
                    "StackEvents": [
                        told("stack", "UPDATE_ROLLBACK_COMPLETE"),
                        told("OtherAlias", "UPDATE_FAILED", "Resource update cancelled"),
                        told("QueryAlias", "UPDATE_FAILED", "an alarm of d-1 was up"),
                    ]
                },
                {
                    "StackEvents": [
                        told("stack", "UPDATE_IN_PROGRESS", "User Initiated"),
                        told("Old", "UPDATE_FAILED", "last month"),
                    ]
                },
            ],
        }
    )

    def get_paginator(self, name: str) -> Any:
        return SimpleNamespace(paginate=lambda **_asked: self.pages[name])


def test_why_a_deploy_was_taken_back_is_told_without_its_consequences() -> None:
    client: Any = RolledBack()

    assert undone(client, PREFIX) == [f"{PREFIX}-Api: QueryAlias: an alarm of d-1 was up"]


def test_a_hub_that_stands_has_nothing_undone(capsys: pytest.CaptureFixture[str]) -> None:
    boto3.client("cloudformation").create_stack(StackName=f"{PREFIX}-Operations", TemplateBody=TEMPLATE)

    assert main(["undone", "--deployment", "prod"]) == 0
    assert capsys.readouterr().out == "no stack was rolled back\n"


def test_what_was_deployed_last_is_told_by_the_last_stack(capsys: pytest.CaptureFixture[str]) -> None:
    boto3.client("cloudformation").create_stack(StackName=f"{PREFIX}-Operations", TemplateBody=TEMPLATE)

    assert released("prod") == "c0ffee"
    assert main(["released", "--deployment", "prod"]) == 0
    assert capsys.readouterr().out == "c0ffee\n"


def test_a_hub_that_is_not_there_has_no_release(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NothingDeployedError):
        released("staging")

    assert main(["released", "--deployment", "staging"]) == 1
    assert "there is no hub 'staging'" in capsys.readouterr().err


def test_a_stack_without_the_output_has_no_release() -> None:
    template = TEMPLATE.replace("Release", "Another")
    boto3.client("cloudformation").create_stack(StackName=f"{PREFIX}-Operations", TemplateBody=template)

    with pytest.raises(NothingDeployedError):
        released("prod")


@dataclass
class Answer:
    status: int = 202
    accepted: int = 1

    def json(self) -> Any:
        return {"accepted": self.accepted, "rejected": []}


@dataclass
class DeployedHub:
    """Counts an event by its bytes after so many looks; `twice` counts it whenever it comes."""

    slow: int = 2
    twice: bool = False
    answer: Answer = field(default_factory=Answer)
    bodies: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        assert path == "/v1/events"
        assert headers["content-type"] == "application/json"
        self.bodies.append(body)
        return self.answer

    def get(self, path: str, **parameters: str) -> Any:
        assert (path, parameters["measure"]) == ("/v1/metrics", "events")
        self.slow -= 1
        count = 0 if self.slow > 0 else len(self.bodies if self.twice else set(self.bodies))
        return {"series": [{"points": [{"count": count}]}]} if count else {"series": []}

    def access(self, command: dict[str, Any]) -> dict[str, Any]:
        self.commands.append(command["command"])
        return {"api_key": "llmah_x", "key": {"key_id": "k"}}

    def smoke(self) -> Smoke:
        return Smoke(self.access, lambda _key: self, timedelta(seconds=30), lambda _seconds: None)


def test_an_event_that_was_sent_twice_is_counted_once_and_the_key_ends() -> None:
    hub = DeployedHub()

    hub.smoke().test(NOW)

    assert len(hub.bodies) == 2
    assert hub.commands == ["create_key", "revoke_key"]


@pytest.mark.parametrize(
    "hub",
    [
        DeployedHub(twice=True),
        DeployedHub(slow=99),
        DeployedHub(answer=Answer(503)),
        DeployedHub(answer=Answer(accepted=0)),
    ],
)
def test_a_hub_that_does_not_count_once_fails_and_the_key_ends_all_the_same(hub: DeployedHub) -> None:
    with pytest.raises(SmokeError):
        hub.smoke().test(NOW)

    assert hub.commands == ["create_key", "revoke_key"]


def test_the_event_of_the_smoke_test_is_one_that_ingestion_takes() -> None:
    decoded = decode_events(json.dumps(event(NOW)).encode(), ndjson=False, received_at=NOW)

    assert len(decoded.events) == 1


def test_two_builds_of_the_same_files_have_the_same_digest(tmp_path: Path) -> None:
    for name, path in (("one", "/home/a"), ("other", "/home/b")):
        (tmp_path / name / "asset").mkdir(parents=True)
        (tmp_path / name / "asset" / "code.py").write_text("code")
        (tmp_path / name / "Stack.metadata.json").write_text(path)

    assert write_digests(tmp_path / "one") == write_digests(tmp_path / "other") == write_digests(tmp_path / "one")
    assert (tmp_path / "one" / LISTING).read_text().endswith("  asset/code.py\n")
    assert main(["compare", str(tmp_path / "one"), str(tmp_path / "other")]) == 0


def test_what_differs_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "code.py").write_text(name)

    assert differences(tmp_path / "one", tmp_path / "other") == ["code.py"]
    assert main(["compare", str(tmp_path / "one"), str(tmp_path / "other")]) == 1
    assert capsys.readouterr().out == "code.py\n"
    assert main(["digest", str(tmp_path / "one")]) == 0


def test_what_was_packed_comes_back_and_is_the_same_bytes_whenever_it_is_packed(tmp_path: Path) -> None:
    program = tmp_path / "assembly" / "prod" / "asset" / "run"
    program.parent.mkdir(parents=True)
    program.write_text("code")
    program.chmod(0o755)
    (tmp_path / "sbom").mkdir()
    (tmp_path / "sbom" / "core.cdx.json").write_text("{}")

    for target in ("one", "other"):
        pack(tmp_path / "assembly", tmp_path / "sbom", tmp_path / target)
        os.utime(program, (1, 1))
    unpack(tmp_path / "one", tmp_path / "back")

    assert differences(tmp_path / "one", tmp_path / "other") == []
    assert differences(tmp_path / "assembly", tmp_path / "back" / "assembly") == []
    assert (tmp_path / "back" / "assembly" / "prod" / "asset" / "run").stat().st_mode & 0o100


def test_notes_of_a_release_that_is_not_there_are_missed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["notes", "99.0.0"]) == 1
    assert "99.0.0" in capsys.readouterr().err


def test_fragments_become_a_section_of_the_changelog_that_is_found_as_notes() -> None:
    build = [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "99.0.0"]
    drafted = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    fragments = [path.read_text().strip() for path in (ROOT / "docs" / "changes").glob("*.md")]

    assert all(fragment in notes_of(drafted, "99.0.0") for fragment in fragments)
    assert "<!-- releases begin here -->" in (ROOT / "CHANGELOG.md").read_text()
