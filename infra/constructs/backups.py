"""Copies of the tables in a vault, for what point-in-time recovery does not help with: a deleted table, a year ago."""

from collections.abc import Sequence

from aws_cdk import (
    Duration,
    RemovalPolicy,
    aws_backup as backup,
    aws_dynamodb as dynamodb,
    aws_events as events,
    aws_kms as kms,
)
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge

AWS_BACKUP = "arn:<AWS::Partition>:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"


class Backups(Construct):
    """One of each table every night at 03:00 UTC, kept for `days`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        tables: Sequence[dynamodb.Table],
        key: kms.IKey,
        days: int,
        removal: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        vault = backup.BackupVault(self, "Vault", encryption_key=key, removal_policy=removal)
        plan = backup.BackupPlan(self, "Plan", backup_vault=vault)
        plan.add_rule(
            backup.BackupPlanRule(
                schedule_expression=events.Schedule.cron(hour="3", minute="0"), delete_after=Duration.days(days)
            )
        )
        plan.add_selection("Tables", resources=[backup.BackupResource.from_dynamo_db_table(table) for table in tables])
        acknowledge(self, {f"AwsSolutions-IAM4[Policy::{AWS_BACKUP}]": "AWS's own policy for its own service."})
