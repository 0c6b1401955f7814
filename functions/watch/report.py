"""What one invocation of the fast lane says of itself."""

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from functions.watch.watch import Outcome
from shared.observability.metrics import MetricName


def report(outcome: Outcome, logger: Logger, metrics: Metrics) -> None:
    metrics.add_metric(MetricName.EVENTS_WATCHED, MetricUnit.Count, outcome.events)
    metrics.add_metric(MetricName.FAST_ALERTS, MetricUnit.Count, outcome.alerted)
    if outcome.alerted:
        logger.info("told at once", alerted=outcome.alerted, events=outcome.events)
