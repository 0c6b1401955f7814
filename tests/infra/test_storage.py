"""Data are encrypted everywhere, and stay where a deployment keeps them."""

from collections.abc import Mapping
from typing import Any

import pytest

from infra.deployment import DEPLOYMENTS, deployment_named
from tests.infra.synthesised import Synthesised

HOLDING_DATA = ("AWS::DynamoDB::Table", "AWS::Kinesis::Stream", "AWS::S3::Bucket", "AWS::KMS::Key")


@pytest.mark.parametrize("kind", HOLDING_DATA)
def test_data_of_prod_outlive_its_stack(kind: str, prod: Synthesised) -> None:
    for resource in prod.resources(kind).values():
        assert resource["DeletionPolicy"] == "Retain"
        assert resource["UpdateReplacePolicy"] == "Retain"


def test_storage_of_prod_cannot_be_deleted_by_mistake(prod: Synthesised, local: Synthesised) -> None:
    assert [stack for stack, is_protected in prod.protected.items() if is_protected] == ["Storage"]
    assert not any(local.protected.values())
    assert all(table["DeletionProtectionEnabled"] for table in prod.properties("AWS::DynamoDB::Table"))


@pytest.mark.parametrize("kind", [*HOLDING_DATA, "AWS::Logs::LogGroup"])
def test_nothing_outlives_a_hub_that_keeps_no_data(kind: str, dev: Synthesised) -> None:
    assert {resource["DeletionPolicy"] for resource in dev.resources(kind).values()} == {"Delete"}


def test_buckets_are_emptied_before_they_go_and_in_no_hub_that_keeps_data(dev: Synthesised, prod: Synthesised) -> None:
    emptied = [each["BucketName"]["Ref"] for each in dev.properties("Custom::S3AutoDeleteObjects")]

    assert sorted(emptied) == sorted(dev.resources("AWS::S3::Bucket"))
    assert not prod.properties("Custom::S3AutoDeleteObjects")
    assert not any(table["DeletionProtectionEnabled"] for table in dev.properties("AWS::DynamoDB::Table"))


def test_key_rotates(prod: Synthesised) -> None:
    (key,) = prod.properties("AWS::KMS::Key")

    assert key["EnableKeyRotation"] is True


def test_everything_at_rest_is_encrypted_with_the_key_of_the_hub(prod: Synthesised) -> None:
    (stream,) = prod.properties("AWS::Kinesis::Stream")
    rules = [
        rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"]
        for bucket in prod.properties("AWS::S3::Bucket")
        for rule in bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    ]

    assert stream["StreamEncryption"]["EncryptionType"] == "KMS"
    assert set(rules) == {"aws:kms"}
    assert all(table["SSESpecification"]["SSEType"] == "KMS" for table in prod.properties("AWS::DynamoDB::Table"))
    assert all("KmsKeyId" in group for group in prod.properties("AWS::Logs::LogGroup"))


def test_every_table_can_be_put_back_to_any_second_but_the_one_that_a_replay_writes_again(prod: Synthesised) -> None:
    recoverable = {
        name.rstrip("0123456789ABCDEF"): table["Properties"]["PointInTimeRecoverySpecification"]
        for name, table in prod.resources("AWS::DynamoDB::Table").items()
    }

    derived = {name for name, found in recoverable.items() if found != {"PointInTimeRecoveryEnabled": True}}

    assert derived == {"EventIndex"}


def test_every_log_ends_some_day(prod: Synthesised, local: Synthesised) -> None:
    for hub in (prod, local):
        days = {group["RetentionInDays"] for group in hub.properties("AWS::Logs::LogGroup")}
        assert days == {hub.deployment.log_retention_days}


def test_stream_is_on_demand_where_no_shards_are_named(prod: Synthesised, local: Synthesised) -> None:
    (on_demand,), (provisioned,) = (hub.properties("AWS::Kinesis::Stream") for hub in (prod, local))

    assert on_demand["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    assert provisioned["ShardCount"] == local.deployment.shards


def test_tables_that_grow_with_the_traffic_follow_it_where_that_is_asked_for(
    prod: Synthesised, provisioned: Synthesised
) -> None:
    growing = {name for name, table in provisioned.resources("AWS::DynamoDB::Table").items() if _follows(table)}
    scaled = [target["ResourceId"] for target in provisioned.properties("AWS::ApplicationAutoScaling::ScalableTarget")]

    assert {name.rstrip("0123456789ABCDEF") for name in growing} == {
        "ClosedWindows",
        "EventIndex",
        "Rollups",
        "WindowState",
    }
    assert sorted(name for name in growing for each in scaled if name in str(each)) == sorted([*growing, *growing])
    assert not any(map(_follows, prod.resources("AWS::DynamoDB::Table").values()))


def _follows(table: Mapping[str, Any]) -> bool:
    return "ProvisionedThroughput" in table["Properties"]


def test_unknown_deployment_is_refused_by_name() -> None:
    with pytest.raises(SystemExit, match="no deployment 'producton'"):
        deployment_named("producton")


def test_deployments_share_no_name() -> None:
    assert len({deployment.prefix for deployment in DEPLOYMENTS.values()}) == len(DEPLOYMENTS)
