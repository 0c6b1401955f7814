"""The few kinds of widgets that the dashboards are made of, on a grid of 24 columns."""

from collections.abc import Iterable, Mapping, Sequence

from aws_cdk import Duration, aws_cloudwatch as cloudwatch, aws_lambda as lambda_

COLUMNS = 24
MINUTE = Duration.minutes(1)
FIVE_MINUTES = Duration.minutes(5)


def of_stage(  # noqa: PLR0913 (what a metric is)
    namespace: str,
    stage: str,
    name: str,
    *,
    statistic: str = "Sum",
    label: str | None = None,
    period: Duration = FIVE_MINUTES,
) -> cloudwatch.Metric:
    """One of the hub's own metrics, which its deployment has a namespace for: `stage` emits `name`, of the enum of metrics."""
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        dimensions_map={"service": stage},
        statistic=statistic,
        period=period,
        label=label or name,
    )


def of_functions(
    functions: Mapping[str, lambda_.IFunction], name: str, *, statistic: str = "Sum", period: Duration = MINUTE
) -> list[cloudwatch.IMetric]:
    """One of Lambda's metrics, a line for each stage."""
    return [
        function.metric(name, statistic=statistic, period=period, label=stage) for stage, function in functions.items()
    ]


def share(part: cloudwatch.Metric, whole: Sequence[cloudwatch.Metric], label: str) -> cloudwatch.MathExpression:
    """`part`, which is one of `whole`, in per cent; nothing where there is nothing to take a share of."""
    names = _ids(whole)
    everything = " + ".join(f"FILL({name}, 0)" for name in names)
    return cloudwatch.MathExpression(
        expression=f"IF({everything} > 0, 100 * {_id(part)} / ({everything}))",
        using_metrics=names,
        label=label,
        period=FIVE_MINUTES,
    )


def total(metrics: Sequence[cloudwatch.Metric], label: str) -> cloudwatch.MathExpression:
    """Of metrics that do not all speak at every time: what is silent adds nothing."""
    names = _ids(metrics)
    return cloudwatch.MathExpression(
        expression=" + ".join(f"FILL({name}, 0)" for name in names),
        using_metrics=names,
        label=label,
        period=FIVE_MINUTES,
    )


def _ids(metrics: Sequence[cloudwatch.Metric]) -> dict[str, cloudwatch.IMetric]:
    return {_id(metric): metric for metric in metrics}


def _id(metric: cloudwatch.Metric) -> str:
    """An expression's name of it, the same in all expressions of a graph."""
    return metric.metric_name[0].lower() + metric.metric_name[1:]


def graph(  # noqa: PLR0913 (what a graph is made of)
    title: str,
    lines: Sequence[cloudwatch.IMetric],
    *,
    unit: str,
    width: int = 8,
    limits: Iterable[cloudwatch.HorizontalAnnotation] = (),
    stacked: bool = False,
) -> cloudwatch.GraphWidget:
    """From 0, so that a small change looks small."""
    return cloudwatch.GraphWidget(
        title=title,
        left=list(lines),
        left_annotations=list(limits),
        left_y_axis=cloudwatch.YAxisProps(min=0, label=unit, show_units=False),
        legend_position=cloudwatch.LegendPosition.BOTTOM,
        stacked=stacked,
        width=width,
        height=6,
    )


def figures(title: str, metrics: Sequence[cloudwatch.IMetric], *, width: int = COLUMNS) -> cloudwatch.SingleValueWidget:
    """One number for the whole time range, and its way there."""
    return cloudwatch.SingleValueWidget(
        title=title, metrics=list(metrics), set_period_to_time_range=True, width=width, height=4
    )


def note(markdown: str, *, width: int = COLUMNS, height: int = 2) -> cloudwatch.TextWidget:
    return cloudwatch.TextWidget(
        markdown=markdown, width=width, height=height, background=cloudwatch.TextWidgetBackground.TRANSPARENT
    )
