"""Closed windows in a time series engine, for Grafana and SQL: the stage timestream, its doorbell and, if asked for, the engine."""

from aws_cdk import (
    CfnOutput,
    Duration,
    Stack,
    aws_cloudwatch as cloudwatch,
    aws_dynamodb as dynamodb,
    aws_ec2 as ec2,
    aws_events as events,
    aws_events_targets as targets,
    aws_lambda_event_sources as sources,
    aws_secretsmanager as secretsmanager,
    aws_sqs as sqs,
    aws_timestream as timestream,
)
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge
from infra.constructs.alarms import HubAlarm
from infra.constructs.hub_function import HubFunction
from infra.constructs.networks import Network
from infra.constructs.windowing import series_settings
from infra.stacks import grants
from infra.stacks.storage import StorageStack

DATABASE = "llm_analytics"
RESOLUTIONS = ("1m", "5m", "15m", "1h")
TIMEOUT = Duration.minutes(2)
# Longer than a call can live, and what it sent can be under way after that.
PATIENCE = Duration.minutes(5)
INFLUX_PORT = 8086


class MirrorStack(Stack):
    """Holds nothing that could not be filled again from the hub's own tables, and so keeps nothing."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        storage: StorageStack,
    ) -> None:
        super().__init__(scope, construct_id)
        self.deployment = deployment = storage.deployment
        self.storage = storage
        self.foundation = storage.foundation_of(self)
        self.doorbell = self._doorbell()
        self.looks = self._looks()
        if deployment.timestream == "influxdb":
            self.timestream = self._influx()
        else:
            self.timestream = self._live_analytics()
        self._wake()
        self._alarms()
        CfnOutput(self, "TimestreamFunction", value=self.timestream.function.function_name)

    def _doorbell(self) -> sqs.Queue:
        """What the engine cannot take waits here, for as long as a queue keeps anything."""
        doorbell = sqs.Queue(
            self,
            "Doorbell",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=self.storage.key,
            enforce_ssl=True,
            retention_period=Duration.days(14),
            visibility_timeout=TIMEOUT,
        )
        reason = "A window is never given up: it waits until the engine takes it, and an alarm tells of its age."
        acknowledge(doorbell, {"AwsSolutions-SQS3": reason, "Serverless-SQSRedrivePolicy": reason})
        return doorbell

    def _looks(self) -> dynamodb.Table:
        looks = dynamodb.Table(
            self,
            "Looks",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self.storage.key,
            removal_policy=self.storage.removal,
        )
        acknowledge(
            looks, {"AwsSolutions-DDB3": "A note lives for minutes; what it names can be written again any time."}
        )
        return looks

    def _influx(self) -> HubFunction:
        """At `influx_url`, or in an instance of its own, which is reached from its network alone."""
        network = None if self.deployment.influx_url else self._network()
        secret = self._secret()
        engine = {
            "TIMESTREAM_DATABASE": DATABASE,
            "INFLUX_URL": self._instance(network) if network else str(self.deployment.influx_url),
            "INFLUX_SECRET": secret.secret_arn,
        }
        stage = self._stage(engine, network)
        grants.mirror_windows(stage, self.storage, self.looks, self.doorbell)
        grants.read_secret(stage, secret.secret_arn)
        return stage

    def _stage(self, engine: dict[str, str], network: Network | None = None) -> HubFunction:
        return HubFunction(
            self,
            "Timestream",
            stage="timestream",
            foundation=self.foundation,
            environment={
                "CLOSED_WINDOW_TABLE": self.storage.closed_windows.table_name,
                "ROLLUP_TABLE": self.storage.rollups.table_name,
                "LOOK_TABLE": self.looks.table_name,
                "PATIENCE_SECONDS": str(PATIENCE.to_seconds()),
                "GROUPINGS": series_settings(self.deployment)["GROUPINGS"],
                "TIMESTREAM": self.deployment.timestream,
                **engine,
            },
            memory_mb=1769,
            timeout=TIMEOUT,
            network=network,
        )

    def _network(self) -> Network:
        vpc = ec2.Vpc(
            self,
            "Vpc",
            max_azs=2,
            nat_gateways=0,
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="Engine", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24)
            ],
            gateway_endpoints={
                "Tables": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.DYNAMODB)
            },
        )
        acknowledge(
            vpc, {"AwsSolutions-VPC7": "Only the engine and one function are in it, and no way leads in or out."}
        )
        group = ec2.SecurityGroup(
            self, "Members", vpc=vpc, allow_all_outbound=True, description="The engine, and the function that fills it"
        )
        group.add_ingress_rule(group, ec2.Port.tcp(INFLUX_PORT), "InfluxDB")
        group.add_ingress_rule(group, ec2.Port.tcp(443), "Endpoints of AWS")
        vpc.add_interface_endpoint(
            "Secrets", service=ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER, security_groups=[group], open=False
        )
        return Network(vpc, group)

    def _instance(self, network: Network) -> str:
        password = secretsmanager.Secret(
            self,
            "AdminPassword",
            description=f"The first user of InfluxDB of {self.deployment.prefix}",
            encryption_key=self.storage.key,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template='{"username": "hub"}',  # noqa: S106 (the password is made on AWS)
                generate_string_key="password",
                exclude_punctuation=True,
                password_length=32,
            ),
        )
        acknowledge(password, {"AwsSolutions-SMG4": "It is used once, to make the tokens that programs use."})
        instance = timestream.CfnInfluxDBInstance(
            self,
            "Engine",
            name=self.deployment.prefix,
            db_instance_type="db.influx.medium",
            allocated_storage=20,
            db_storage_type="InfluxIOIncludedT1",
            deployment_type="SINGLE_AZ",
            username="hub",
            password=password.secret_value_from_json("password").unsafe_unwrap(),
            organization="hub",
            bucket=DATABASE,
            publicly_accessible=False,
            vpc_subnet_ids=[subnet.subnet_id for subnet in network.vpc.isolated_subnets],
            vpc_security_group_ids=[network.security_group.security_group_id],
        )
        instance.apply_removal_policy(self.storage.removal)
        CfnOutput(self, "InfluxAdmin", value=password.secret_arn)
        CfnOutput(self, "InfluxEndpoint", value=instance.attr_endpoint)
        return f"https://{instance.attr_endpoint}:{INFLUX_PORT}"

    def _secret(self) -> secretsmanager.Secret:
        """Empty until an operator has put a token there, which only a user of the engine can make."""
        secret = secretsmanager.Secret(
            self,
            "InfluxToken",
            description=f'{{"token": "..."}} with which {self.deployment.prefix} writes to InfluxDB',
            encryption_key=self.storage.key,
            removal_policy=self.storage.removal,
        )
        acknowledge(
            secret, {"AwsSolutions-SMG4": "The engine makes tokens for its users only, and they do not expire."}
        )
        CfnOutput(self, "InfluxSecret", value=secret.secret_arn)
        return secret

    def _live_analytics(self) -> HubFunction:
        database = timestream.CfnDatabase(self, "Database", database_name=DATABASE, kms_key_id=self.storage.key.key_arn)
        tables = [
            timestream.CfnTable(
                self,
                f"Windows{resolution}",
                database_name=DATABASE,
                table_name=f"window_{resolution}",
                # The fast tier takes what may still be revised; what is older, a backfill, goes to the cheap one.
                retention_properties={
                    "MemoryStoreRetentionPeriodInHours": "48",
                    "MagneticStoreRetentionPeriodInDays": "400",
                },
                magnetic_store_write_properties={"EnableMagneticStoreWrites": True},
            )
            for resolution in RESOLUTIONS
        ]
        for table in tables:
            table.add_resource_dependency(database)
        for resource in (database, *tables):
            resource.apply_removal_policy(self.storage.removal)
        stage = self._stage({"TIMESTREAM_DATABASE": DATABASE})
        grants.mirror_windows(stage, self.storage, self.looks, self.doorbell)
        grants.write_records(stage, [table.attr_arn for table in tables])
        return stage

    def _wake(self) -> None:
        self.timestream.function.add_event_source(
            sources.SqsEventSource(
                self.doorbell, batch_size=10, max_batching_window=Duration.seconds(1), max_concurrency=4
            )
        )
        rule = events.Rule(
            self,
            "MirrorEveryMinute",
            description="Writes once more what another call may have overwritten",
            schedule=events.Schedule.rate(Duration.minutes(1)),
            targets=[
                targets.LambdaFunction(self.timestream.function, max_event_age=Duration.minutes(1), retry_attempts=0)
            ],
        )
        acknowledge(rule, {"Serverless-EventBusDLQ": "What is due stays due; a missed run is made good by the next."})
        reason = "What fails goes back into the queue, which gives nothing up."
        acknowledge(self.timestream, {"Serverless-LambdaEventSourceMappingDestination": reason})

    def _alarms(self) -> None:
        HubAlarm(
            self,
            "MirrorAgeAlarm",
            metric=self.doorbell.metric_approximate_age_of_oldest_message(
                period=Duration.minutes(1), statistic=cloudwatch.Stats.MAXIMUM
            ),
            limit=Duration.minutes(10).to_seconds(),
            periods=3,
            topic=self.foundation.alarms,
            means="Closed windows wait for more than 10 minutes to be mirrored: the engine is down or too slow.",
        )
        HubAlarm(
            self,
            "PointsRefusedAlarm",
            metric=cloudwatch.Metric(
                namespace=self.foundation.deployment.metrics_namespace,
                metric_name="PointsRefused",
                dimensions_map={"service": "timestream"},
                statistic=cloudwatch.Stats.SUM,
                period=Duration.minutes(5),
            ),
            limit=0,
            topic=self.foundation.alarms,
            means="The engine refused points of closed windows for good.",
        )
