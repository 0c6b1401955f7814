"""How quickly the error budget of an objective is used up: two alarms of two windows each.

Source: The Site Reliability Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts".
"""

from collections.abc import Callable
from dataclasses import dataclass

from aws_cdk import Duration, aws_cloudwatch as cloudwatch, aws_sns as sns
from constructs import Construct

from infra.constructs.alarms import HubAlarm, JoinedAlarm, runbook_of

BadPercent = Callable[[Duration], cloudwatch.IMetric]


@dataclass(frozen=True, slots=True)
class Burn:
    """`rate` times as fast as would just use up the budget of 30 days; the short window lets it pass soon after."""

    name: str
    rate: float
    long: Duration
    short: Duration
    means: str


BURNS = (
    Burn("FastBurn", 14.4, Duration.hours(1), Duration.minutes(5), "2 % of the month's errors came within an hour."),
    Burn("SlowBurn", 6, Duration.hours(6), Duration.minutes(30), "5 % of the month's errors came within 6 hours."),
)


class BurnRates(Construct):
    """Watches that no more than `budget_percent` of the requests are bad; `bad` gives their per cent by period."""

    def __init__(
        self, scope: Construct, construct_id: str, *, bad: BadPercent, budget_percent: float, topic: sns.ITopic
    ) -> None:
        super().__init__(scope, construct_id)
        for burn in BURNS:
            limit = round(burn.rate * budget_percent, 4)
            both = [
                HubAlarm(
                    self,
                    f"{burn.name}{name}Alarm",
                    metric=bad(window),
                    limit=limit,
                    topic=None,
                    means=f"Part of {construct_id}'s {burn.name}: {limit} % are bad.",
                    page=runbook_of(f"{burn.name}Alarm"),
                )
                for name, window in (("Long", burn.long), ("Short", burn.short))
            ]
            JoinedAlarm(
                self,
                f"{burn.name}Alarm",
                rule=cloudwatch.AlarmRule.all_of(*both),
                topic=topic,
                means=f"{construct_id} of the API: {burn.means}",
            )
