"""One stage as a Lambda function, with everything that every stage has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import (
    Duration,
    RemovalPolicy,
    Stack,
    aws_iam as iam,
    aws_kms as kms,
    aws_lambda as lambda_,
    aws_logs as logs,
    aws_sns as sns,
)
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge
from infra.constructs.alarms import HubAlarm
from infra.constructs.networks import Network
from infra.deployment import Deployment
from infra.layers import CORE, KAFKA, this_machine
from infra.packaging import Packaging

# How Lambda connects a function to a network; the actions know no resources before they have made them.
IN_A_NETWORK = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)
NEWEST_TESTED = "Python 3.13 is the newest that layers and tests are made for."


@dataclass(frozen=True, slots=True)
class Foundation:
    """What every function of a stack stands on."""

    deployment: Deployment
    packaging: Packaging
    core: lambda_.ILayerVersion
    key: kms.IKey
    alarms: sns.ITopic


def core_layer_version(stack: Stack, packaging: Packaging, deployment: Deployment) -> lambda_.LayerVersion:
    """One version for each stack: shared across stacks, a new version could not replace the old while it is imported."""
    return _layer_version(stack, CORE, "The dependencies of the stages", packaging, deployment)


def _layer_of(scope: Construct, name: str, foundation: Foundation) -> lambda_.LayerVersion:
    """As above, in a stack that has a function which needs it."""
    stack = Stack.of(scope)
    found = stack.node.try_find_child(_construct_of(name))
    if isinstance(found, lambda_.LayerVersion):
        return found
    return _layer_version(stack, name, f"Libraries of {name}", foundation.packaging, foundation.deployment)


def _layer_version(
    stack: Stack, name: str, description: str, packaging: Packaging, deployment: Deployment
) -> lambda_.LayerVersion:
    return lambda_.LayerVersion(
        stack,
        _construct_of(name),
        code=packaging.layer(name),
        description=description,
        compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
        compatible_architectures=[architecture(deployment)],
    )


def _construct_of(name: str) -> str:
    return f"{name.title()}Layer"


def architecture(deployment: Deployment) -> lambda_.Architecture:
    if deployment.emulated and this_machine().platform.startswith("x86_64"):
        return lambda_.Architecture.X86_64
    return lambda_.Architecture.ARM_64


_RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}


def log_retention(deployment: Deployment) -> logs.RetentionDays:
    return _RETENTION[deployment.log_retention_days]


class HubFunction(Construct):
    """The function of a stage; it may do nothing until it is granted something.

    An authorizer `refuses_by_raising`, as API Gateway wants it: its errors are callers without a valid key, and its own
    trouble shows as the gateway's 5xx. One that answers callers `is_traced`, with the gateway before it; a stage behind a stream is
    not: nothing leads to it or on from it, so a trace would tell what its metrics do, for $13 a month. `libraries` are layers beside the core. One that puts events into a topic, or writes to an engine, stands in the
    `network` of these.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: str,
        foundation: Foundation,
        environment: Mapping[str, str],
        memory_mb: int,
        timeout: Duration,
        reserved_concurrency: int | None = None,
        refuses_by_raising: bool = False,
        is_traced: bool = False,
        network: Network | None = None,
        libraries: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        self.stage = stage
        self.timeout = timeout
        self.refuses_by_raising = refuses_by_raising
        self.foundation = foundation
        self.log_group = self._log_group()
        self.role = self._role()
        if network:
            self.role.add_to_policy(iam.PolicyStatement(actions=list(IN_A_NETWORK), resources=["*"]))
        self.function = lambda_.Function(
            self,
            "Function",
            description=f"{stage} of {foundation.deployment.prefix}",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=architecture(foundation.deployment),
            handler=f"functions.{stage}.handler.handler",
            code=foundation.packaging.stage(stage),
            layers=[
                foundation.core,
                *(_layer_of(self, name, foundation) for name in libraries),
                *([_layer_of(self, KAFKA, foundation)] if network and network.has_brokers else []),
            ],
            environment={**self._common_environment(), **environment},
            memory_size=memory_mb,
            timeout=timeout,
            reserved_concurrent_executions=reserved_concurrency,
            role=self.role,
            vpc=network.vpc if network else None,
            vpc_subnets=network.subnets if network else None,
            security_groups=[network.security_group] if network else None,
            log_group=self.log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            # Lambda's line of each call costs as much as the stage's own; of a call that fails it is kept.
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
            tracing=lambda_.Tracing.ACTIVE if is_traced else lambda_.Tracing.DISABLED,
        )
        if not refuses_by_raising:
            self._errors_alarm()
        self._throttles_alarm()
        self._acknowledge()

    def _common_environment(self) -> dict[str, str]:
        return {
            "POWERTOOLS_SERVICE_NAME": self.stage,
            "POWERTOOLS_METRICS_NAMESPACE": self.foundation.deployment.metrics_namespace,
            # A function of 1,769 MB has one vCPU and sees two: threads of linear algebra would only spin.
            "OPENBLAS_NUM_THREADS": "1",
            "POWERTOOLS_LOG_LEVEL": self.foundation.deployment.log_level,
        }

    def _log_group(self) -> logs.LogGroup:
        deployment = self.foundation.deployment
        return logs.LogGroup(
            self,
            "Logs",
            retention=log_retention(deployment),
            encryption_key=self.foundation.key,
            removal_policy=RemovalPolicy.RETAIN if deployment.keep_data else RemovalPolicy.DESTROY,
        )

    def _role(self) -> iam.Role:
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.log_group.grant_write(role)
        return role

    def _errors_alarm(self) -> None:
        HubAlarm(
            self,
            "ErrorsAlarm",
            metric=self.function.metric_errors(period=Duration.minutes(1)),
            limit=0,
            periods=3,
            topic=self.foundation.alarms,
            means=f"{self.stage} has failed in each of the last 3 minutes.",
        )

    def _throttles_alarm(self) -> None:
        HubAlarm(
            self,
            "ThrottlesAlarm",
            metric=self.function.metric_throttles(period=Duration.minutes(1)),
            limit=0,
            periods=3,
            topic=self.foundation.alarms,
            means=f"{self.stage} is refused concurrency.",
        )

    def _acknowledge(self) -> None:
        acknowledge(
            self,
            {
                "AwsSolutions-IAM5[Resource::*]": "X-Ray's actions, and those on a network's interfaces, know no resources.",
                "Serverless-LambdaTracing": "A stage behind a stream has nothing to trace but itself.",
                "AwsSolutions-L1": NEWEST_TESTED,
                "Serverless-LambdaLatestVersion": NEWEST_TESTED,
                "Serverless-LambdaDLQ": "No stage is invoked by a queue of its own: the callers and mappings see errors.",
            },
        )
