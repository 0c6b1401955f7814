"""What an account that is shared, or watched for its cost, asks of the hub."""

from dataclasses import replace

import pytest

from infra.deployment import deployment_named
from tests.infra.synthesised import Synthesised, strings, synthesise
from tests.infra.test_rules import remarks

BOUNDARY = "developers"
OF_THE_TOOLKIT = "index.handler"
"""Runs when a hub is removed, to empty its buckets, and at no other time."""


@pytest.fixture(scope="module")
def shared_account(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    chosen = replace(deployment_named("dev"), permissions_boundary=BOUNDARY, monthly_budget_usd=200, backup_days=35)
    return synthesise(chosen, tmp_path_factory.mktemp("shared"))


def test_every_role_has_the_boundary_that_is_asked_for(shared_account: Synthesised) -> None:
    for role in shared_account.properties("AWS::IAM::Role"):
        assert "".join(strings(role["PermissionsBoundary"])).endswith(f":policy/{BOUNDARY}")


def test_a_budget_tells_the_alarm_topic_before_and_when_it_is_passed(shared_account: Synthesised) -> None:
    (budget,) = shared_account.properties("AWS::Budgets::Budget")
    notices = [found["Notification"] for found in budget["NotificationsWithSubscribers"]]
    senders = [
        text
        for policy in shared_account.properties("AWS::SNS::TopicPolicy")
        for text in strings(policy["PolicyDocument"])
    ]

    assert budget["Budget"]["BudgetLimit"] == {"Amount": 200, "Unit": "USD"}
    assert [(notice["NotificationType"], notice["Threshold"]) for notice in notices] == [
        ("ACTUAL", 80),
        ("FORECASTED", 100),
    ]
    assert "budgets.amazonaws.com" in senders


def test_without_being_asked_there_is_neither(prod: Synthesised) -> None:
    assert not prod.resources("AWS::Budgets::Budget")
    assert all("PermissionsBoundary" not in role for role in prod.properties("AWS::IAM::Role"))


def test_what_does_not_keep_its_data_leaves_nothing_behind(shared_account: Synthesised) -> None:
    for kind in ("AWS::DynamoDB::Table", "AWS::Kinesis::Stream", "AWS::S3::Bucket", "AWS::KMS::Key"):
        for resource in shared_account.resources(kind).values():
            assert resource["DeletionPolicy"] == "Delete"


def test_everything_that_costs_has_the_tags_that_cost_is_told_by(shared_account: Synthesised) -> None:
    for kind in ("AWS::DynamoDB::Table", "AWS::Kinesis::Stream", "AWS::S3::Bucket", "AWS::Lambda::Function"):
        for properties in shared_account.properties(kind):
            if properties.get("Handler") == OF_THE_TOOLKIT:
                continue
            tags = {tag["Key"]: tag["Value"] for tag in properties["Tags"]}
            assert tags["deployment"] == "dev"


def test_a_bucket_is_private_versioned_and_speaks_tls_only(prod: Synthesised) -> None:
    policies = "".join(text for policy in prod.properties("AWS::S3::BucketPolicy") for text in strings(policy))

    assert "s3:*" in policies
    assert all("aws:SecureTransport" in str(policy) for policy in prod.properties("AWS::S3::BucketPolicy"))
    for bucket in prod.properties("AWS::S3::Bucket"):
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


def test_a_copy_of_every_table_is_made_each_night_and_kept_as_long_as_asked(shared_account: Synthesised) -> None:
    (plan,) = shared_account.properties("AWS::Backup::BackupPlan")
    (selection,) = shared_account.properties("AWS::Backup::BackupSelection")
    (rule,) = plan["BackupPlan"]["BackupPlanRule"]
    copied = " ".join(strings(selection["BackupSelection"]["Resources"]))

    assert rule["Lifecycle"] == {"DeleteAfterDays": 35}
    assert all(table in copied for table in shared_account.resources("AWS::DynamoDB::Table"))


def test_cfn_lint_finds_nothing_in_these_options(shared_account: Synthesised) -> None:
    assert remarks(shared_account) == []
