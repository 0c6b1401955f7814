"""What one invocation tells about itself: metrics, and one line of facts."""

from collections.abc import Sequence

import numpy as np
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from functions.forecasting.work import Done
from shared.forecasts.issued import Score
from shared.observability.metrics import MetricName


def report(done: Done, logger: Logger, metrics: Metrics) -> None:
    scores = [score for each in done.predicted for score in each.scores]
    counts = {
        MetricName.FORECAST_TASKS: done.planned,
        MetricName.SERIES_FORECAST: sum(each.series for each in done.predicted),
        MetricName.SERIES_TOO_SHORT: sum(each.short for each in done.predicted),
        MetricName.FORECASTS_SCORED: len(scores),
        MetricName.BUDGETS_ASSESSED: sum(each.budgets for each in done.assessed),
        MetricName.BUDGET_NOTICES: sum(each.notices for each in done.assessed),
    }
    for name, count in counts.items():
        metrics.add_metric(name, MetricUnit.Count, count)
    _report_scores(scores, metrics)
    logger.info("forecast", extra={name.value: count for name, count in counts.items()})


def _report_scores(scores: Sequence[Score], metrics: Metrics) -> None:
    """Coverage of each forecast, and its error as a share of the mean actual value where there was any."""
    for score in scores:
        metrics.add_metric(MetricName.FORECAST_COVERAGE, MetricUnit.Percent, 100 * score.covered)
        if score.actual and np.isfinite(score.error / score.actual):
            metrics.add_metric(MetricName.FORECAST_ERROR, MetricUnit.Percent, 100 * score.error / score.actual)
