"""What one batch tells about itself: metrics, and one line of facts without a word of any payload."""

from dataclasses import asdict
from datetime import timedelta

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from functions.aggregation.batch import Outcome
from shared.observability.metrics import MetricName


def report(outcome: Outcome, logger: Logger, metrics: Metrics) -> None:
    counts = {
        MetricName.RECORDS_QUARANTINED: outcome.quarantined,
        MetricName.EVENTS_FOLDED: outcome.folded,
        MetricName.EVENTS_LATE: outcome.late,
        MetricName.EVENTS_DUPLICATE: outcome.duplicate,
        MetricName.EVENTS_EXPIRED: outcome.expired,
    }
    for name, count in counts.items():
        metrics.add_metric(name, MetricUnit.Count, count)
    milliseconds = outcome.duration / timedelta(milliseconds=1)
    metrics.add_metric(MetricName.AGGREGATION_DURATION, MetricUnit.Milliseconds, milliseconds)
    logger.info("batch folded", **(asdict(outcome) | {"duration": milliseconds}))
