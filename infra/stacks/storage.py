"""What must outlive a deployment's code: the key, the event stream, the tables, the failures, the archive."""

from typing import cast

from aws_cdk import (
    ArnFormat,
    CfnOutput,
    Duration,
    RemovalPolicy,
    Stack,
    aws_dynamodb as dynamodb,
    aws_events as events,
    aws_events_targets as targets,
    aws_iam as iam,
    aws_kinesis as kinesis,
    aws_kms as kms,
    aws_s3 as s3,
    aws_sns as sns,
    aws_sns_subscriptions as subscriptions,
)
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge
from infra.constructs.archive_table import ArchiveTable
from infra.constructs.backups import Backups
from infra.constructs.event_logs import EventLog, KinesisLog
from infra.constructs.event_topic import EventTopic
from infra.constructs.hub_function import Foundation, core_layer_version
from infra.deployment import DERIVED_TABLES, Deployment
from infra.packaging import Packaging

# What was learned is written anew with every window; what is older belongs to invocations that were too slow.
_STATES_DAYS = 30
# As long as an export of a data subject can be downloaded.
_EXPORT_DAYS = 7

LEAST_UNITS = 25
MOST_UNITS = 40_000
"""Of a table, as accounts have it unless they ask for more."""
TARGET_PERCENT = 70


class StorageStack(Stack):
    """Kept, versioned and protected in a deployment that keeps its data."""

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment, packaging: Packaging) -> None:
        super().__init__(scope, construct_id, termination_protection=deployment.keep_data)
        self.deployment = deployment
        self._packaging = packaging
        self.removal = RemovalPolicy.RETAIN if deployment.keep_data else RemovalPolicy.DESTROY
        self.key = self._key()
        self.alarms = self._alarms()
        self.events = self._events()
        self.window_state = self._table(
            "WindowState", stream=dynamodb.StreamViewType.KEYS_ONLY, expires=True, grows=True
        )
        self.closed_windows = self._table(
            "ClosedWindows", stream=dynamodb.StreamViewType.NEW_IMAGE, expires=True, grows=True
        )
        self.rollups = self._table("Rollups", expires=True, grows=True)
        self.access_keys = self._table("AccessKeys")
        self.access_keys.add_global_secondary_index(
            index_name="by_tenant",
            partition_key=_text("tenant"),
            sort_key=_text("key_id"),
        )
        self.anomalies = self._table("Anomalies", stream=dynamodb.StreamViewType.NEW_IMAGE, expires=True)
        self.detection = self._table("Detection", expires=True)
        self.detector_states = self._bucket("DetectorStates", [_expiry(_STATES_DAYS, replaced_days=1)])
        self.correlation = self._table("Correlation", expires=True)
        self.incidents = self._table("Incidents", stream=dynamodb.StreamViewType.NEW_IMAGE, expires=True)
        self.event_index = self._table("EventIndex", expires=True, grows=True)
        self.forecasts = self._table("Forecasts", expires=True)
        self.budgets = self._table("Budgets")
        self.documents = self._table("Documents", expires=True)
        self.audit = self._table("Audit")
        self.live = self._table("Live", expires=True)
        self.bus = self._bus()
        self.prices = self._table("Prices")
        self.refusals = self._table("Refusals", expires=True)
        self.failures = self._failures()
        self.archive = self._archive()
        self.exports = self._bucket("Exports", [_expiry(_EXPORT_DAYS, replaced_days=1)])
        if deployment.backup_days:
            Backups(
                self,
                "Backups",
                tables=[found for found in self.node.children if isinstance(found, dynamodb.Table)],
                key=self.key,
                days=deployment.backup_days,
                removal=self.removal,
            )
        self._outputs()

    def foundation_of(self, stack: Stack) -> Foundation:
        """What the functions of a stack stand on, with a layer of the stack's own; asked for once."""
        return Foundation(
            deployment=self.deployment,
            packaging=self._packaging,
            core=core_layer_version(stack, self._packaging, self.deployment),
            key=self.key,
            alarms=self.alarms,
        )

    @property
    def state_changes_arn(self) -> str:
        """The stream of the window state, which wakes rollup."""
        return cast("str", self.window_state.table_stream_arn)

    @property
    def closed_changes_arn(self) -> str:
        """The stream of closed windows, which wakes what stands behind them."""
        return cast("str", self.closed_windows.table_stream_arn)

    @property
    def anomaly_changes_arn(self) -> str:
        """The stream of anomalies, which wakes who follows them."""
        return cast("str", self.anomalies.table_stream_arn)

    @property
    def incident_changes_arn(self) -> str:
        """The stream of incidents."""
        return cast("str", self.incidents.table_stream_arn)

    def _key(self) -> kms.Key:
        key = kms.Key(
            self,
            "Key",
            description=f"Encrypts the data of {self.deployment.prefix}",
            enable_key_rotation=True,
            removal_policy=self.removal,
            pending_window=Duration.days(30 if self.deployment.keep_data else 7),
        )
        log_groups = self.format_arn(
            service="logs",
            resource="log-group",
            resource_name=f"{self.deployment.stack_prefix}-*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="LogGroups",
                principals=[iam.ServicePrincipal(f"logs.{self.region}.amazonaws.com")],
                actions=["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
                resources=["*"],
                conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": log_groups}},
            )
        )
        notifying = ("cloudwatch", "events", *(["budgets"] if self.deployment.monthly_budget_usd else []))
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Notices",
                principals=[iam.ServicePrincipal(f"{service}.amazonaws.com") for service in notifying],
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        return key

    def _alarms(self) -> sns.Topic:
        topic = sns.Topic(self, "Alarms", master_key=self.key, enforce_ssl=True, display_name="LLM Analytics Hub")
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="CloudWatchAlarms",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        if self.deployment.monthly_budget_usd:
            topic.add_to_resource_policy(
                iam.PolicyStatement(
                    sid="Budgets",
                    principals=[iam.ServicePrincipal("budgets.amazonaws.com")],
                    actions=["sns:Publish"],
                    resources=[topic.topic_arn],
                    conditions={"StringEquals": {"aws:SourceAccount": self.account}},
                )
            )
        if self.deployment.alarm_email:
            topic.add_subscription(subscriptions.EmailSubscription(self.deployment.alarm_email))
        return topic

    def _events(self) -> EventLog:
        if self.deployment.stream == "kinesis":
            return KinesisLog(self._event_stream())
        return EventTopic(self, "EventTopic", foundation=self.foundation_of(self), removal=self.removal)

    def _event_stream(self) -> kinesis.Stream:
        shards = self.deployment.shards
        stream = kinesis.Stream(
            self,
            "Events",
            stream_mode=kinesis.StreamMode.PROVISIONED if shards else kinesis.StreamMode.ON_DEMAND,
            shard_count=shards,
            retention_period=Duration.hours(self.deployment.stream_retention.total_seconds() // 3600),
            encryption=kinesis.StreamEncryption.KMS,
            encryption_key=self.key,
            removal_policy=self.removal,
        )
        acknowledge(stream, {"AwsSolutions-KDS3": "The hub's own key rotates, and its policy names who may use it."})
        return stream

    def _table(
        self,
        construct_id: str,
        *,
        stream: dynamodb.StreamViewType | None = None,
        expires: bool = False,
        grows: bool = False,
    ) -> dynamodb.Table:
        """One that `grows` is written with each batch or window. One that is derived is large and seldom read, so it is the
        storage that costs.
        """
        follows = grows and self.deployment.table_capacity == "provisioned"
        is_derived = construct_id in DERIVED_TABLES
        table = dynamodb.Table(
            self,
            construct_id,
            partition_key=_text("pk"),
            sort_key=_text("sk"),
            billing_mode=dynamodb.BillingMode.PROVISIONED if follows else dynamodb.BillingMode.PAY_PER_REQUEST,
            read_capacity=LEAST_UNITS if follows else None,
            write_capacity=LEAST_UNITS if follows else None,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self.key,
            stream=stream,
            time_to_live_attribute="expires_at" if expires else None,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=not is_derived
            ),
            table_class=dynamodb.TableClass.STANDARD_INFREQUENT_ACCESS if is_derived else None,
            deletion_protection=self.deployment.keep_data,
            removal_policy=self.removal,
        )
        if is_derived:
            acknowledge(table, {"AwsSolutions-DDB3": "A replay of the archive writes it again."})
        if follows:
            for units in (table.auto_scale_read_capacity, table.auto_scale_write_capacity):
                units(min_capacity=LEAST_UNITS, max_capacity=MOST_UNITS).scale_on_utilization(
                    target_utilization_percent=TARGET_PERCENT
                )
        return table

    def _bus(self) -> events.EventBus:
        """Where the hub tells what it noticed; whoever wants to know has a rule on it."""
        return events.EventBus(self, "Bus", event_bus_name=_bus_name(self.deployment), kms_key=self.key)

    def _failures(self) -> s3.Bucket:
        """Every object that appears here is told to the alarm topic: nothing should."""
        bucket = self._bucket("Failures", [_expiry(self.deployment.failure_retention.days)])
        self.failure_rule = self._tell_failures(bucket)
        return bucket

    def _archive(self) -> s3.Bucket:
        """A batch that comes again overwrites its objects with the same bytes: of those one is enough."""
        bucket = self._bucket("Archive", [_expiry(self.deployment.archive_retention.days, replaced_days=1)])
        ArchiveTable(self, "ArchiveTable", bucket=bucket, database=self.deployment.prefix.replace("-", "_"))
        return bucket

    def _bucket(self, construct_id: str, lifecycle_rules: list[s3.LifecycleRule]) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            construct_id,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            lifecycle_rules=lifecycle_rules,
            removal_policy=self.removal,
            # A bucket goes only when it is empty; an emulator goes as a whole.
            auto_delete_objects=not (self.deployment.keep_data or self.deployment.emulated),
        )
        acknowledge(
            bucket,
            {"AwsSolutions-S1": "Only the stages write here and only operators read; CloudTrail tells who did."},
        )
        return bucket

    def _tell_failures(self, bucket: s3.Bucket) -> events.Rule:
        # The switch of the bucket itself; the construct's way would add a function of its own just to turn it on.
        resource = cast("s3.CfnBucket", bucket.node.default_child)
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )
        rule = events.Rule(
            self,
            "FailureRule",
            description="A record was quarantined or given up",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={"bucket": {"name": [bucket.bucket_name]}},
            ),
            targets=[targets.SnsTopic(self.alarms)],
        )
        acknowledge(rule, {"Serverless-EventBusDLQ": "Only a notice: the failure itself stays in the bucket."})
        return rule

    def _outputs(self) -> None:
        CfnOutput(self, "EventStream", value=self.events.name)
        CfnOutput(self, "StateTable", value=self.window_state.table_name)
        CfnOutput(self, "ClosedWindowTable", value=self.closed_windows.table_name)
        CfnOutput(self, "RollupTable", value=self.rollups.table_name)
        CfnOutput(self, "AccessKeyTable", value=self.access_keys.table_name)
        CfnOutput(self, "AnomalyTable", value=self.anomalies.table_name)
        CfnOutput(self, "DetectionTable", value=self.detection.table_name)
        CfnOutput(self, "IncidentTable", value=self.incidents.table_name)
        CfnOutput(self, "ForecastTable", value=self.forecasts.table_name)
        CfnOutput(self, "BudgetTable", value=self.budgets.table_name)
        CfnOutput(self, "EventBus", value=self.bus.event_bus_name)
        CfnOutput(self, "FailureBucket", value=self.failures.bucket_name)
        CfnOutput(self, "ArchiveBucket", value=self.archive.bucket_name)
        CfnOutput(self, "AlarmTopic", value=self.alarms.topic_arn)


def _bus_name(deployment: Deployment) -> str:
    """`llm-analytics`, and the deployment beside it unless it is the one that an account has first of all: prod."""
    return "llm-analytics" if deployment.name == "prod" else f"llm-analytics-{deployment.name}"


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def _expiry(days: int, replaced_days: int | None = None) -> s3.LifecycleRule:
    """What is replaced or deleted can be had back for `replaced_days`; if none are given, for as long again."""
    return s3.LifecycleRule(
        expiration=Duration.days(days),
        noncurrent_version_expiration=Duration.days(replaced_days or days),
        abort_incomplete_multipart_upload_after=Duration.days(1),
    )
