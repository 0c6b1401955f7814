"""A hub whose closed windows are mirrored, into either engine."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.deployment import deployment_named
from infra.stacks.operations import DEGRADING
from shared.observability.metrics import MetricName
from shared.windows.window import Resolution
from tests.infra.synthesised import STAGES, STAGES_OF_MIRROR, Synthesised, synthesise
from tests.infra.test_environment import OF_THE_LIBRARY, names_asked_for, settings_class
from tests.infra.test_grants import REVIEWED
from tests.infra.test_rules import findings, remarks

PROD = deployment_named("prod")
MAINTAINED_ONLY = "W3697"
"""LiveAnalytics takes no new customers: only who has it chooses it."""


@pytest.fixture(scope="module")
def live_analytics(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    return synthesise(replace(PROD, timestream="live-analytics"), tmp_path_factory.mktemp("live_analytics"))


@pytest.fixture(params=["mirrored", "live_analytics"])
def either(request: pytest.FixtureRequest) -> Synthesised:
    hub: Synthesised = request.getfixturevalue(request.param)
    return hub


def only(found: list[Any]) -> Any:
    [one] = found
    return one


def test_the_rules_find_nothing(either: Synthesised) -> None:
    found = {*findings(either), *(match.rule.id for match in remarks(either))}

    assert found <= ({MAINTAINED_ONLY} if either.deployment.timestream == "live-analytics" else set())


def test_a_hub_without_a_mirror_has_nothing_of_it(prod: Synthesised) -> None:
    assert "Mirror" not in prod.templates
    assert "DOORBELL_QUEUE" not in prod.environment("rollup")
    assert "sqs:SendMessage" not in prod.actions()["rollup"]


def test_there_is_one_more_stage_and_its_environment_is_what_it_asks_for(either: Synthesised) -> None:
    assert set(either.functions()) == {*STAGES, *STAGES_OF_MIRROR}
    environment = either.environment("timestream")

    settings = settings_class("timestream").model_validate(environment)

    assert settings.engine == either.deployment.timestream
    assert set(environment) - names_asked_for(type(settings)) <= OF_THE_LIBRARY


def test_the_mirror_may_do_what_was_reviewed_and_rollup_may_ring(mirrored: Synthesised, prod: Synthesised) -> None:
    actions = mirrored.actions()

    assert actions.pop("timestream") == json.loads(REVIEWED.read_text())["timestream"]
    assert set(actions.pop("rollup")) - set(prod.actions()["rollup"]) == {"sqs:SendMessage"}
    assert actions == {stage: done for stage, done in prod.actions().items() if stage != "rollup"}


def test_records_are_written_to_the_four_tables_and_no_other(live_analytics: Synthesised) -> None:
    reviewed = set(json.loads(REVIEWED.read_text())["timestream"])
    others = {action for action in reviewed if not action.startswith(("ec2:", "secretsmanager:"))}

    assert set(live_analytics.actions()["timestream"]) == others | {
        "timestream:WriteRecords",
        "timestream:DescribeEndpoints",
    }
    tables = live_analytics.properties("AWS::Timestream::Table")
    assert {table["TableName"] for table in tables} == {f"window_{each.value}" for each in Resolution}
    for table in tables:
        tiers = table["RetentionProperties"]
        assert int(tiers["MemoryStoreRetentionPeriodInHours"]) > PROD.allowed_lateness.total_seconds() / 3600
        assert table["MagneticStoreWriteProperties"]["EnableMagneticStoreWrites"]


def test_what_the_engine_cannot_take_waits_and_an_alarm_rings(either: Synthesised) -> None:
    resources = either.templates["Mirror"]["Resources"].values()
    queue = only([each["Properties"] for each in resources if each["Type"] == "AWS::SQS::Queue"])
    assert "RedrivePolicy" not in queue
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
    alarmed = {each["Properties"].get("MetricName") for each in resources if each["Type"] == "AWS::CloudWatch::Alarm"}
    assert {"ApproximateAgeOfOldestMessage", MetricName.POINTS_REFUSED} <= alarmed
    assert "MirrorAgeAlarm" in DEGRADING


def test_a_window_is_written_once_more_when_no_call_of_before_can_live(either: Synthesised) -> None:
    timeout = either.functions()["timestream"]["Timeout"]

    assert int(either.environment("timestream")["PATIENCE_SECONDS"]) >= 2 * timeout


def test_only_the_mirror_stands_beside_the_engine_and_no_way_leads_out(mirrored: Synthesised) -> None:
    inside = [stage for stage, function in mirrored.functions().items() if "VpcConfig" in function]
    assert inside == ["timestream"]
    engine = only(mirrored.properties("AWS::Timestream::InfluxDBInstance"))
    assert not engine["PubliclyAccessible"]
    assert "resolve:secretsmanager" in json.dumps(engine["Password"])
    assert not mirrored.resources("AWS::EC2::NatGateway")
    assert not mirrored.resources("AWS::EC2::InternetGateway")


def test_kafkas_client_is_not_where_nobody_speaks_kafka(mirrored: Synthesised) -> None:
    assert "KafkaLayer" not in json.dumps(mirrored.templates["Mirror"])


def test_an_influxdb_elsewhere_needs_no_network(tmp_path: Path) -> None:
    hub = synthesise(
        replace(deployment_named("local"), timestream="influxdb", influx_url="http://127.0.0.1:8086"), tmp_path
    )

    assert hub.environment("timestream")["INFLUX_URL"] == "http://127.0.0.1:8086"
    assert not hub.resources("AWS::EC2::VPC")
    assert not hub.resources("AWS::Timestream::InfluxDBInstance")


def test_an_emulator_without_an_influxdb_is_no_deployment() -> None:
    with pytest.raises(ValueError, match="InfluxDB"):
        replace(deployment_named("local"), timestream="live-analytics")
