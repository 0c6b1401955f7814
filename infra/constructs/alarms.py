"""An alarm of the hub: it tells the alarm topic when it rises and when it has passed, and where to read what to do."""

import re

from aws_cdk import aws_cloudwatch as cloudwatch, aws_cloudwatch_actions as actions, aws_sns as sns
from constructs import Construct, IConstruct


class HubAlarm(cloudwatch.Alarm):
    """Rises when `metric` exceeds `limit` in `periods` periods on end; a metric that says nothing is taken as well.

    One without a topic is heard through the alarm that it is a part of, and has that one's `page`.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        metric: cloudwatch.IMetric,
        limit: float,
        topic: sns.ITopic | None,
        means: str,
        periods: int = 1,
        silence_is_bad: bool = False,
        page: str | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            alarm_name=_name(scope, construct_id),
            metric=metric,
            threshold=limit,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=(
                cloudwatch.TreatMissingData.BREACHING if silence_is_bad else cloudwatch.TreatMissingData.NOT_BREACHING
            ),
            alarm_description=f"{means} What to do: {page or runbook_of(construct_id)}",
        )
        if topic:
            self.add_alarm_action(actions.SnsAction(topic))
            self.add_ok_action(actions.SnsAction(topic))


class JoinedAlarm(cloudwatch.CompositeAlarm):
    """Rises when `rule` about other alarms holds."""

    def __init__(
        self, scope: Construct, construct_id: str, *, rule: cloudwatch.IAlarmRule, topic: sns.ITopic, means: str
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            composite_alarm_name=_name(scope, construct_id),
            alarm_rule=rule,
            alarm_description=f"{means} What to do: {runbook_of(construct_id)}",
        )
        self.add_alarm_action(actions.SnsAction(topic))
        self.add_ok_action(actions.SnsAction(topic))


def name_of(alarm: IConstruct) -> str:
    """The alarm's name in the account: where it stands, so another stack can name it without importing it."""
    return alarm.node.path.replace("/", "-")


def _name(scope: Construct, construct_id: str) -> str:
    return f"{name_of(scope)}-{construct_id}"


def runbook_of(construct_id: str) -> str:
    """The page of an alarm, in this repository.

    >>> runbook_of("IteratorAgeAlarm")
    'docs/runbooks/iterator-age.md'
    """
    words = re.findall(r"[A-Z][a-z]+", construct_id.removesuffix("Alarm"))
    return f"docs/runbooks/{'-'.join(words).lower()}.md"
