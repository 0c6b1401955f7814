"""What one batch tells about itself: metrics, and one line of facts."""

from dataclasses import asdict

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from functions.archive.keep import Outcome
from shared.observability.metrics import MetricName


def report(outcome: Outcome, logger: Logger, metrics: Metrics) -> None:
    metrics.add_metric(MetricName.EVENTS_ARCHIVED, MetricUnit.Count, outcome.events)
    metrics.add_metric(MetricName.BYTES_ARCHIVED, MetricUnit.Bytes, outcome.size_bytes)
    logger.info("batch archived", **asdict(outcome))
