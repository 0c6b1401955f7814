"""What one invocation of rollup says of itself: one log line and the metrics."""

from datetime import datetime

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from functions.rollup.roll_up import Outcome
from shared.observability.metrics import MetricName


def report(outcome: Outcome, now: datetime, logger: Logger, metrics: Metrics) -> None:
    cursor_age = (now - outcome.cursor.next.start).total_seconds()
    metrics.add_metric(MetricName.WINDOWS_ANNOUNCED, MetricUnit.Count, outcome.announced)
    metrics.add_metric(MetricName.WINDOWS_REVISED, MetricUnit.Count, outcome.revised)
    metrics.add_metric(MetricName.ROLLUPS_WRITTEN, MetricUnit.Count, outcome.rows)
    metrics.add_metric(MetricName.CURSOR_AGE, MetricUnit.Seconds, cursor_age)
    if outcome.watermark:
        metrics.add_metric(MetricName.WATERMARK_AGE, MetricUnit.Seconds, (now - outcome.watermark).total_seconds())
    logger.info(
        "rolled up",
        announced=outcome.announced,
        revised=outcome.revised,
        rows=outcome.rows,
        watermark=outcome.watermark.isoformat() if outcome.watermark else None,
        cursor=outcome.cursor.next.key,
    )
