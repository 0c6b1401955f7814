"""A hub whose event stream is a topic of Kafka."""

import json
from dataclasses import replace
from typing import Any

import pytest

from infra.deployment import deployment_named
from tests.infra.synthesised import STAGES, STAGES_OF_KAFKA, Properties, Synthesised, stage_of, strings
from tests.infra.test_environment import OF_THE_LIBRARY, names_asked_for, settings_class
from tests.infra.test_rules import findings, remarks

PRODUCERS = {"heartbeat", "ingestion", "redrive"}
READERS = {"aggregation", "archive", "correlation", "watch"}
HOUR = 3600


def topic_mappings(hub: Synthesised) -> list[Properties]:
    return [each for each in hub.properties("AWS::Lambda::EventSourceMapping") if "Topics" in each]


def statements(hub: Synthesised, stage: str, prefix: str) -> list[dict[str, Any]]:
    return [
        statement
        for name, policy in hub.resources("AWS::IAM::Policy").items()
        if name.lower().startswith(stage)
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if any(action.startswith(prefix) for action in strings(statement["Action"]))
    ]


def test_the_rules_find_nothing(msk: Synthesised) -> None:
    assert findings(msk) == []
    assert remarks(msk) == []


def test_there_is_a_topic_instead_of_a_stream(msk: Synthesised, prod: Synthesised) -> None:
    assert not msk.resources("AWS::Kinesis::Stream")
    assert not prod.resources("AWS::MSK::ServerlessCluster")
    [cluster] = msk.resources("AWS::MSK::ServerlessCluster").values()
    assert cluster["DeletionPolicy"] == "Retain"
    assert cluster["Properties"]["ClientAuthentication"] == {"Sasl": {"Iam": {"Enabled": True}}}


def test_the_topic_is_made_with_a_partition_for_each_of_the_hubs_before_anybody_reads(msk: Synthesised) -> None:
    [made] = msk.resources("Custom::EventTopic").values()

    assert made["Properties"]["partitions"] == msk.deployment.partitions
    assert msk.environment("topic")["PARTITIONS"] == str(msk.deployment.partitions)
    assert "Custom::EventTopic" in {each["Type"] for each in msk.templates["Storage"]["Resources"].values()}
    for stack in ("Pipeline", "Detection", "Correlation"):
        assert "-Storage:" in json.dumps(msk.templates[stack])


def test_every_reader_of_the_stream_reads_the_topic_in_a_group_of_its_own(msk: Synthesised) -> None:
    groups = {each["AmazonManagedKafkaEventSourceConfig"]["ConsumerGroupId"] for each in topic_mappings(msk)}

    assert groups == READERS
    assert {tuple(each["Topics"]) for each in topic_mappings(msk)} == {("events",)}
    assert {each["StartingPosition"] for each in topic_mappings(msk)} == {"TRIM_HORIZON"}


def test_a_batch_that_fails_is_split_and_tried_until_it_is_hours_old_and_then_kept(msk: Synthesised) -> None:
    for mapping in topic_mappings(msk):
        assert mapping["BisectBatchOnFunctionError"] is True
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["MaximumRetryAttempts"] == 10_000  # unlimited would be ten where there is a destination
        assert 12 * HOUR <= mapping["MaximumRecordAgeInSeconds"] < msk.deployment.stream_retention.total_seconds()
        assert "Failures" in "".join(strings(mapping["DestinationConfig"]["OnFailure"]["Destination"]))


def test_all_mappings_share_their_pollers(msk: Synthesised) -> None:
    pollers = [mapping["ProvisionedPollerConfig"] for mapping in topic_mappings(msk)]

    assert {each["PollerGroupName"] for each in pollers} == {msk.deployment.prefix}
    assert {each["MaximumPollers"] for each in pollers} == {msk.deployment.partitions}


def test_every_reader_of_the_topic_has_an_alarm_on_its_lag(msk: Synthesised) -> None:
    lagging = [alarm for alarm in msk.properties("AWS::CloudWatch::Alarm") if alarm.get("MetricName") == "OffsetLag"]

    watched = " ".join(strings([alarm["Dimensions"] for alarm in lagging])).lower()
    assert all(f"{reader}function" in watched for reader in READERS)


def test_who_puts_events_stands_in_the_network_with_the_client_and_nobody_else(msk: Synthesised) -> None:
    functions = msk.functions()

    inside = {stage for stage, function in functions.items() if "VpcConfig" in function}
    equipped = {stage for stage, function in functions.items() if "KafkaLayer" in "".join(strings(function["Layers"]))}
    assert inside == equipped == PRODUCERS | set(STAGES_OF_KAFKA)


def test_kinesis_needs_neither_network_nor_client(prod: Synthesised) -> None:
    assert not prod.resources("AWS::EC2::VPC")
    assert not any("VpcConfig" in function for function in prod.functions().values())
    assert "KafkaLayer" not in "".join(strings([function["Layers"] for function in prod.functions().values()]))


def test_no_way_leads_out_of_the_network(msk: Synthesised) -> None:
    assert not msk.resources("AWS::EC2::InternetGateway")
    assert not msk.resources("AWS::EC2::NatGateway")
    [rules] = [group["SecurityGroupEgress"] for group in msk.properties("AWS::EC2::SecurityGroup")]
    assert len(rules) == 1
    ports = {rule["FromPort"] for rule in msk.properties("AWS::EC2::SecurityGroupIngress")}
    assert ports == {443, 9098}


@pytest.mark.parametrize("stage", [*STAGES, *STAGES_OF_KAFKA])
def test_environment_satisfies_settings_and_has_nothing_else(
    stage: str, msk: Synthesised, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = msk.environment(stage)
    for name, value in told.items():
        monkeypatch.setenv(name, value)

    settings = settings_class(stage).from_environment()

    assert settings.service_name == stage
    assert set(told) - OF_THE_LIBRARY - names_asked_for(settings_class(stage)) == set()


@pytest.mark.parametrize("stage", sorted(PRODUCERS))
def test_who_puts_events_may_write_to_the_topic_and_read_nothing(stage: str, msk: Synthesised) -> None:
    allowed = {
        action: statement["Resource"]
        for statement in statements(msk, stage, "kafka")
        for action in strings(statement["Action"])
    }

    assert set(allowed) == {
        "kafka-cluster:Connect",
        "kafka-cluster:DescribeTopic",
        "kafka-cluster:WriteData",
        "kafka-cluster:WriteDataIdempotently",
    }
    assert "/events" in "".join(strings(allowed["kafka-cluster:WriteData"]))


@pytest.mark.parametrize("stage", sorted(READERS))
def test_who_reads_may_read_the_topic_as_its_group_and_write_nothing(stage: str, msk: Synthesised) -> None:
    allowed = {
        action: statement["Resource"]
        for statement in statements(msk, stage, "kafka-cluster:")
        for action in strings(statement["Action"])
    }

    assert set(allowed) == {
        "kafka-cluster:AlterGroup",
        "kafka-cluster:Connect",
        "kafka-cluster:DescribeClusterDynamicConfiguration",
        "kafka-cluster:DescribeGroup",
        "kafka-cluster:DescribeTopic",
        "kafka-cluster:ReadData",
        "kafka:DescribeCluster",
        "kafka:DescribeClusterV2",
        "kafka:GetBootstrapBrokers",
    }
    assert "".join(strings(allowed["kafka-cluster:AlterGroup"])).endswith(f"/{stage}")
    assert all("*" not in "".join(strings(resource)) for resource in allowed.values())


def test_what_has_to_do_with_the_stream_apart_every_stage_may_do_the_same(msk: Synthesised, prod: Synthesised) -> None:
    of_streams = ("ec2:", "kafka", "kinesis:")

    def otherwise(hub: Synthesised) -> dict[str, list[str]]:
        return {
            stage: [action for action in actions if not action.startswith(of_streams) and not action.startswith("kms:")]
            for stage, actions in hub.actions().items()
            if stage in STAGES
        }

    assert otherwise(msk) == otherwise(prod)


def test_only_stages_put_and_read(msk: Synthesised) -> None:
    stages = {stage_of(function) for function in msk.functions().values()}

    assert stages == {*STAGES, *STAGES_OF_KAFKA}


def test_an_emulator_has_no_topics() -> None:

    with pytest.raises(ValueError, match="no emulator"):
        replace(deployment_named("local"), stream="msk", shards=None)
