"""What one invocation tells about itself: metrics, and one line of facts."""

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from functions.correlation.follow import Followed
from shared.observability.metrics import MetricName


def report(followed: Followed, logger: Logger, metrics: Metrics) -> None:
    observed, told = followed.observed, followed.told
    counts = {
        MetricName.CORRELATION_EVENTS_PROCESSED: observed.events,
        MetricName.EVENTS_INDEXED: observed.indexed,
        MetricName.SIGNALS_FOUND: observed.signals,
        MetricName.SIGNALS_DROPPED: observed.dropped,
        MetricName.CORRELATIONS_FOUND: sum(sum(each.correlations.values()) for each in told),
        MetricName.INCIDENTS_OPENED: sum(each.opened for each in told),
        MetricName.INCIDENTS_ENDED: sum(each.ended for each in told),
        MetricName.INCIDENT_NOTICES: sum(each.notices for each in told),
    }
    for name, count in counts.items():
        metrics.add_metric(name, MetricUnit.Count, count)
    facts = {name.value: count for name, count in counts.items()}
    logger.info("followed", extra={"tenants": len(observed.tenants), **facts})
