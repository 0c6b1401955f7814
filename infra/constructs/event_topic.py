"""The event stream as a topic of Amazon MSK Serverless, in a network of its own that nothing leads out of."""

from collections.abc import Mapping
from typing import cast

from aws_cdk import (
    CustomResource,
    Duration,
    Fn,
    RemovalPolicy,
    Stack,
    aws_ec2 as ec2,
    aws_iam as iam,
    aws_logs as logs,
    aws_msk as msk,
    custom_resources as custom,
)
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge
from infra.constructs.event_logs import allow
from infra.constructs.hub_function import Foundation, HubFunction, log_retention
from infra.constructs.networks import Network
from infra.constructs.stream_stage import KafkaReader, StreamSource
from infra.constructs.windowing import partition_settings

TOPIC = "events"
BROKER_PORT = 9098
"""Of clients that are known by their role (IAM)."""
CLUSTER_READ = ("kafka-cluster:Connect", "kafka-cluster:DescribeClusterDynamicConfiguration")
TOPIC_READ = ("kafka-cluster:DescribeTopic", "kafka-cluster:ReadData")
GROUP_READ = ("kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup")
CLUSTER_PUT = ("kafka-cluster:Connect", "kafka-cluster:WriteDataIdempotently")
TOPIC_PUT = ("kafka-cluster:DescribeTopic", "kafka-cluster:WriteData")
TOPIC_MADE = (
    "kafka-cluster:AlterTopicDynamicConfiguration",
    "kafka-cluster:CreateTopic",
    "kafka-cluster:DescribeTopic",
    "kafka-cluster:DescribeTopicDynamicConfiguration",
)
# What Lambda looks up and makes in the function's name to reach the brokers from where it polls; none of it knows resources.
POLLED_FROM = (
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)
LOOKED_UP = ("kafka:DescribeCluster", "kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers")
FINDINGS_ON_CDK = (
    "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
    "AwsSolutions-L1",
    "Serverless-LambdaDLQ",
    "Serverless-LambdaDefaultMemorySize",
    "Serverless-LambdaLatestVersion",
    "Serverless-LambdaTracing",
)


class EventTopic(Construct):
    """An `EventLog`. The cluster outlives the stack where the deployment keeps its data, and the topic always its function."""

    def __init__(self, scope: Construct, construct_id: str, *, foundation: Foundation, removal: RemovalPolicy) -> None:
        super().__init__(scope, construct_id)
        self.foundation = foundation
        self.network = self._network()
        self.cluster = self._cluster(removal)
        self.brokers = self._brokers()
        self._make()

    @property
    def name(self) -> str:
        return TOPIC

    @property
    def settings(self) -> Mapping[str, str]:
        return {"EVENT_STREAM": TOPIC, "KAFKA_BROKERS": self.brokers}

    def let_put(self, role: iam.IRole) -> None:
        allow(role, CLUSTER_PUT, [self.cluster.attr_arn])
        allow(role, TOPIC_PUT, [self._arn("topic", TOPIC)])

    def let_read(self, role: iam.IRole) -> None:
        """Whatever its group: a mapping's group has the name of its stage, and no stage has two."""
        allow(role, [*CLUSTER_READ, *LOOKED_UP], [self.cluster.attr_arn])
        allow(role, TOPIC_READ, [self._arn("topic", TOPIC)])
        allow(role, POLLED_FROM, ["*"])

    def source(
        self, reader: str, *, batch_size: int, batching_window: Duration, parallelization_factor: int = 1
    ) -> StreamSource:
        """Partitions are read side by side as it is, so that there is no factor."""
        del parallelization_factor
        return StreamSource(
            name="Events",
            arn=self.cluster.attr_arn,
            batch_size=batch_size,
            batching_window=batching_window,
            kafka=KafkaReader(
                topic=TOPIC,
                group=reader,
                group_arn=self._arn("group", reader),
                group_actions=GROUP_READ,
                pollers=self.foundation.deployment.prefix,
                most_pollers=self.foundation.deployment.partitions,
            ),
        )

    def _arn(self, kind: str, name: str) -> str:
        """Topics and groups are named below their cluster, whose ARN ends with its name and id."""
        cluster = Fn.select(1, Fn.split(":cluster/", self.cluster.attr_arn))
        return Stack.of(self).format_arn(service="kafka", resource=kind, resource_name=f"{cluster}/{name}")

    def _network(self) -> Network:
        vpc = ec2.Vpc(
            self,
            "Vpc",
            max_azs=3,
            nat_gateways=0,
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="Brokers", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=20)
            ],
            gateway_endpoints={
                "Tables": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.DYNAMODB),
                "Buckets": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
            },
        )
        acknowledge(vpc, {"AwsSolutions-VPC7": "Only the hub's own functions are in it, and no way leads in or out."})
        group = ec2.SecurityGroup(
            self, "Members", vpc=vpc, allow_all_outbound=True, description="Brokers, and functions that put events"
        )
        group.add_ingress_rule(group, ec2.Port.tcp(BROKER_PORT), "Brokers")
        group.add_ingress_rule(group, ec2.Port.tcp(443), "Endpoints of AWS")
        # Redrive invokes functions; everything else that these functions ask for is behind a gateway.
        vpc.add_interface_endpoint(
            "Functions", service=ec2.InterfaceVpcEndpointAwsService.LAMBDA_, security_groups=[group], open=False
        )
        return Network(vpc, group, has_brokers=True)

    def _cluster(self, removal: RemovalPolicy) -> msk.CfnServerlessCluster:
        cluster = msk.CfnServerlessCluster(
            self,
            "Cluster",
            cluster_name=self.foundation.deployment.prefix,
            vpc_configs=[
                msk.CfnServerlessCluster.VpcConfigProperty(
                    subnet_ids=[subnet.subnet_id for subnet in self.network.vpc.isolated_subnets],
                    security_groups=[self.network.security_group.security_group_id],
                )
            ],
            client_authentication=msk.CfnServerlessCluster.ClientAuthenticationProperty(
                sasl=msk.CfnServerlessCluster.SaslProperty(iam=msk.CfnServerlessCluster.IamProperty(enabled=True))
            ),
        )
        cluster.apply_removal_policy(removal)
        return cluster

    def _brokers(self) -> str:
        """Their addresses, which CloudFormation does not tell of a serverless cluster."""
        found = custom.AwsCustomResource(
            self,
            "Brokers",
            on_update=custom.AwsSdkCall(
                service="Kafka",
                action="getBootstrapBrokers",
                parameters={"ClusterArn": self.cluster.attr_arn},
                physical_resource_id=custom.PhysicalResourceId.of("brokers"),
            ),
            policy=custom.AwsCustomResourcePolicy.from_statements(
                [iam.PolicyStatement(actions=["kafka:GetBootstrapBrokers"], resources=[self.cluster.attr_arn])]
            ),
            install_latest_aws_sdk=False,
            log_group=logs.LogGroup(
                self,
                "BrokersLogs",
                retention=log_retention(self.foundation.deployment),
                encryption_key=self.foundation.key,
                removal_policy=RemovalPolicy.DESTROY,
            ),
        )
        provider_id = f"AWS{custom.AwsCustomResource.PROVIDER_FUNCTION_UUID.replace('-', '')}"
        provider = cast("Construct", Stack.of(self).node.find_child(provider_id))
        acknowledge(
            provider, dict.fromkeys(FINDINGS_ON_CDK, "CDK's own function, which runs when the hub is deployed.")
        )
        return found.get_response_field("BootstrapBrokerStringSaslIam")

    def _make(self) -> None:
        """CloudFormation makes topics of provisioned clusters only."""
        deployment = self.foundation.deployment
        hours = str(int(deployment.stream_retention.total_seconds() // 3600))
        topic = HubFunction(
            self,
            "TopicMaker",
            stage="topic",
            foundation=self.foundation,
            environment={**self.settings, **partition_settings(deployment), "RETENTION_HOURS": hours},
            memory_mb=256,
            timeout=Duration.minutes(3),
            network=self.network,
        )
        allow(topic.role, ["kafka-cluster:Connect"], [self.cluster.attr_arn])
        allow(topic.role, TOPIC_MADE, [self._arn("topic", TOPIC)])
        made = CustomResource(
            self,
            "Topic",
            service_token=topic.function.function_arn,
            resource_type="Custom::EventTopic",
            service_timeout=Duration.minutes(15),
            properties={"partitions": deployment.partitions, "retention_hours": hours},
        )
        made.node.add_dependency(self.network.vpc)
