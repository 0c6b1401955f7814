"""A release of a function that answers requests: it gets a part of them first, and none if an alarm rises."""

from collections.abc import Mapping
from typing import Final

from aws_cdk import (
    Annotations,
    Duration,
    aws_cloudwatch as cloudwatch,
    aws_codedeploy as codedeploy,
    aws_lambda as lambda_,
)
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge
from infra.constructs.alarms import HubAlarm
from infra.constructs.hub_function import HubFunction

SHIFTS: Final[Mapping[str, codedeploy.ILambdaDeploymentConfig]] = {
    "10-percent-5-minutes": codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES,
    "10-percent-15-minutes": codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_15_MINUTES,
    "10-percent-each-minute": codedeploy.LambdaDeploymentConfig.LINEAR_10_PERCENT_EVERY_1_MINUTE,
}
PAGE = "docs/runbooks/canary.md"
MOST_ERRORS_PERCENT = 1
SLOW_SHARE = 4


class Canary(Construct):
    """Callers ask for `alias`; CodeDeploy moves it from the version before to the new one, or back
    (https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html).
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: HubFunction,
        application: codedeploy.ILambdaApplication,
        shift: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self._stage = stage
        self.alias = lambda_.Alias(self, "Live", alias_name="live", version=stage.function.current_version)
        # Who calls the function by its name, as a rule does, has a permission of its own.
        Annotations.of(stage.function).acknowledge_warning("@aws-cdk/aws-lambda:addPermissionsToVersionOrAlias")
        self._group = codedeploy.LambdaDeploymentGroup(
            self,
            "Group",
            application=application,
            alias=self.alias,
            deployment_config=SHIFTS[shift],
            alarms=list(self._alarms()),
            auto_rollback=codedeploy.AutoRollbackConfig(
                failed_deployment=True, stopped_deployment=True, deployment_in_alarm=True
            ),
        )
        acknowledge(
            self._group,
            {
                "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]": (
                    "CodeDeploy's own policy for moving aliases; what it may invoke are hooks, of which there are none."
                )
            },
        )

    def roll_back_on(self, alarm: cloudwatch.IAlarm) -> None:
        """Also on this one, whichever function it is about."""
        self._group.add_alarm(alarm)

    def _alarms(self) -> tuple[HubAlarm, ...]:
        slow = self._slow()
        return (slow,) if self._stage.refuses_by_raising else (self._errors(), slow)

    def _errors(self) -> HubAlarm:
        minute = Duration.minutes(1)
        ratio = cloudwatch.MathExpression(
            expression="100 * errors / invocations",
            using_metrics={
                "errors": self.alias.metric_errors(period=minute),
                "invocations": self.alias.metric_invocations(period=minute),
            },
            period=minute,
        )
        return HubAlarm(
            self,
            "CanaryErrorsAlarm",
            metric=ratio,
            limit=MOST_ERRORS_PERCENT,
            topic=self._stage.foundation.alarms,
            means=f"{self._stage.stage} fails for more than {MOST_ERRORS_PERCENT} % of its callers.",
            page=PAGE,
        )

    def _slow(self) -> HubAlarm:
        allowed = self._stage.timeout.to_milliseconds() / SLOW_SHARE
        return HubAlarm(
            self,
            "CanarySlownessAlarm",
            metric=self.alias.metric_duration(statistic="p95", period=Duration.minutes(1)),
            limit=allowed,
            periods=2,
            topic=self._stage.foundation.alarms,
            means=f"The slowest 5 % of the calls of {self._stage.stage} have taken more than {allowed:,.0f} ms for 2 minutes.",
            page=PAGE,
        )
