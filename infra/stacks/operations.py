"""What an operator watches: the objectives, the notices themselves, the money, and one alarm above all others."""

from aws_cdk import Duration, Stack, aws_budgets as budgets, aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.constructs.alarms import HubAlarm, JoinedAlarm, name_of
from infra.constructs.burn_rates import BurnRates
from infra.dashboards.cloudwatch.business import BusinessDashboard
from infra.dashboards.cloudwatch.operations import OperationsDashboard
from infra.dashboards.cloudwatch.watched import Watched
from infra.deployment import Deployment
from infra.stacks.api import ApiStack
from infra.stacks.storage import StorageStack

# The same stands in docs/operations.md for people.
FAILED_PERCENT = 0.1
SLOW_PERCENT = 1.0
QUICK = Duration.seconds(1)

# Their rising means that somebody sees missing, late or wrong figures, or cannot send.
DEGRADING = (
    "CursorAgeAlarm",
    "DetectionAgeAlarm",
    "FailuresWaitingAlarm",
    "FastBurnAlarm",
    "IteratorAgeAlarm",
    "MirrorAgeAlarm",
    "OffsetLagAlarm",
    "ServerErrorsAlarm",
    "UndeliveredAlarm",
    "WatermarkAgeAlarm",
)


class OperationsStack(Stack):
    """Only in a real account; it comes last, for it looks at the alarms of the `watched` stacks."""

    def __init__(  # noqa: PLR0913 (what a stack is made of)
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        storage: StorageStack,
        api: ApiStack,
        watched: tuple[Stack, ...],
    ) -> None:
        super().__init__(scope, construct_id)
        self.deployment = deployment
        self.storage = storage
        self.api = api
        self._objectives()
        self._notices()
        if deployment.monthly_budget_usd:
            self._budget(deployment.monthly_budget_usd)
        self._degraded((*watched, self))
        self._dashboards((*watched, self))

    def _objectives(self) -> None:
        alarms = self.storage.alarms
        BurnRates(self, "Availability", bad=self._failed, budget_percent=FAILED_PERCENT, topic=alarms)
        BurnRates(self, "Latency", bad=self._slow, budget_percent=SLOW_PERCENT, topic=alarms)

    def _failed(self, period: Duration) -> cloudwatch.IMetric:
        """Of all requests: a caller whom the authorizer or the gateway fails is failed as well."""
        failed = self.api.hub_api.api.metric_server_error(statistic="Average", period=period)
        return cloudwatch.MathExpression(expression="100 * failed", using_metrics={"failed": failed}, period=period)

    def _slow(self, period: Duration) -> cloudwatch.IMetric:
        """Of ingestion, whose callers are programs at work; a query may take as long as what it asks for."""
        quick = self.api.ingestion.function.metric_duration(statistic=f"PR(:{QUICK.to_milliseconds()})", period=period)
        return cloudwatch.MathExpression(expression="100 - quick", using_metrics={"quick": quick}, period=period)

    def _notices(self) -> None:
        HubAlarm(
            self,
            "FailedNoticesAlarm",
            metric=self.storage.alarms.metric_number_of_notifications_failed(period=Duration.minutes(5)),
            limit=0,
            topic=self.storage.alarms,
            means="The alarm topic could not tell one of its subscribers.",
        )
        HubAlarm(
            self,
            "FailedDeliveriesAlarm",
            metric=cloudwatch.Metric(
                namespace="AWS/Events",
                metric_name="FailedInvocations",
                dimensions_map={"RuleName": self.storage.failure_rule.rule_name},
                statistic="Sum",
                period=Duration.minutes(5),
            ),
            limit=0,
            topic=self.storage.alarms,
            means="EventBridge could not tell the alarm topic of a failure; the failure itself is in its bucket.",
        )

    def _budget(self, limit: int) -> None:
        """Counts what has the tags of this deployment: activate `deployment` as a cost allocation tag first."""
        budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name=self.deployment.prefix,
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=limit, unit="USD"),
                cost_filters={"TagKeyValue": [f"user:deployment${self.deployment.name}"]},
            ),
            notifications_with_subscribers=[self._notice("ACTUAL", 80), self._notice("FORECASTED", 100)],
        )

    def _notice(self, kind: str, percent: int) -> budgets.CfnBudget.NotificationWithSubscribersProperty:
        return budgets.CfnBudget.NotificationWithSubscribersProperty(
            notification=budgets.CfnBudget.NotificationProperty(
                comparison_operator="GREATER_THAN",
                notification_type=kind,
                threshold=percent,
                threshold_type="PERCENTAGE",
            ),
            subscribers=[
                budgets.CfnBudget.SubscriberProperty(address=self.storage.alarms.topic_arn, subscription_type="SNS")
            ],
        )

    def _degraded(self, stacks: tuple[Stack, ...]) -> None:
        """By name, so that the stacks of the alarms stay free to drop or replace them."""
        for stack in stacks:
            if stack is not self:
                self.add_dependency(stack)
        names = sorted(
            name_of(found) for stack in stacks for found in stack.node.find_all() if found.node.id in DEGRADING
        )
        alarms = [
            cloudwatch.AlarmRule.from_alarm(
                cloudwatch.Alarm.from_alarm_name(self, name, name), cloudwatch.AlarmState.ALARM
            )
            for name in names
        ]
        joined = JoinedAlarm(
            self,
            "HubDegradedAlarm",
            rule=cloudwatch.AlarmRule.any_of(*alarms),
            topic=self.storage.alarms,
            means="Hub Degraded: figures are missing, late or wrong, or events are refused.",
        )
        own = [found for found in self.node.find_all() if found.node.id == "FastBurnAlarm"]
        joined.node.add_dependency(*own)

    def _dashboards(self, stacks: tuple[Stack, ...]) -> None:
        OperationsDashboard(
            self,
            "Board",
            deployment=self.deployment,
            storage=self.storage,
            api=self.api,
            watched=Watched.of(stacks),
            first=("HubDegradedAlarm", *DEGRADING),
        )
        BusinessDashboard(self, "Business", deployment=self.deployment, api=self.api)
