"""The four kinds of panels that the dashboards are made of, on a grid of 24 columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import TypeVar

from grafana_foundation_sdk.builders import bargauge, common, stat, table, text, timeseries
from grafana_foundation_sdk.builders.dashboard import ThresholdsConfig
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.common import (
    BarGaugeDisplayMode,
    BigValueColorMode,
    BigValueGraphMode,
    DataSourceRef,
    GraphDrawStyle,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    StackingMode,
    VisibilityMode,
    VizOrientation,
)
from grafana_foundation_sdk.models.dashboard import (
    DataTransformerConfig,
    DynamicConfigValue,
    Panel,
    Threshold,
    ThresholdsMode,
)

from infra.dashboards.grafana.query import DATASOURCE, Query

COUNT, MONEY, MILLISECONDS, SHARE = "short", "currencyUSD", "ms", "percentunit"
THE_RESOLUTION = "$resolution"
"""No interval is narrower than the windows, or it would have none in it."""
AnyPanel = TypeVar("AnyPanel", stat.Panel, timeseries.Panel, bargauge.Panel, table.Panel)


@dataclass(frozen=True, slots=True)
class Limits:
    """From where a value is a warning, and from where it is bad; upside down if `low_is_bad`."""

    warning: float
    bad: float
    low_is_bad: bool = False

    def config(self) -> ThresholdsConfig:
        steps = [(None, "green"), (self.warning, "orange"), (self.bad, "red")]
        if self.low_is_bad:
            steps = [(None, "red"), (self.bad, "orange"), (self.warning, "green")]
        return (
            ThresholdsConfig()
            .mode(ThresholdsMode.ABSOLUTE)
            .steps([Threshold(value=value, color=color) for value, color in steps])
        )


_NONE = ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps([Threshold(value=None, color="blue")])


def number(title: str, query: Query, unit: str, says: str, *, limits: Limits | None = None) -> Builder[Panel]:
    """One figure for the whole time range."""
    panel = (
        stat.Panel()
        .graph_mode(BigValueGraphMode.NONE)
        .color_mode(BigValueColorMode.VALUE)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).values(values=False))
        .thresholds(limits.config() if limits else _NONE)
    )
    return _dressed(panel, title, [replace(query, over_time=False)], unit, says).span(4).height(4)


def lines(  # noqa: PLR0913 (what a graph is made of)
    title: str, queries: Sequence[Query], unit: str, says: str, *, limits: Limits | None = None, width: int = 12
) -> Builder[Panel]:
    """What can be compared but not added."""
    panel = (
        timeseries.Panel()
        .draw_style(GraphDrawStyle.LINE)
        .line_width(2)
        .show_points(VisibilityMode.AUTO)
        .span_nulls(span_nulls=False)
        .legend(_legend())
    )
    if limits:
        panel.thresholds(limits.config())
        panel.thresholds_style(common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED))
    return _dressed(panel, title, queries, unit, says).min(0).interval(THE_RESOLUTION).span(width).height(8)


def bars(title: str, queries: Sequence[Query], unit: str, says: str, *, width: int = 12) -> Builder[Panel]:
    """What adds up: one on the other."""
    panel = (
        timeseries.Panel()
        .draw_style(GraphDrawStyle.BARS)
        .fill_opacity(70)
        .line_width(0)
        .stacking(common.StackingConfig().mode(StackingMode.NORMAL).group("A"))
        .legend(_legend())
    )
    return _dressed(panel, title, queries, unit, says).min(0).interval(THE_RESOLUTION).span(width).height(8)


def ranking(title: str, query: Query, unit: str, says: str, *, width: int = 8) -> Builder[Panel]:
    """A bar for each value of the tag that the query is by."""
    panel = (
        bargauge.Panel()
        .display_mode(BarGaugeDisplayMode.BASIC)
        .orientation(VizOrientation.HORIZONTAL)
        .reduce_options(common.ReduceDataOptions().values(values=True))
        .thresholds(_NONE)
    )
    return _dressed(panel, title, [replace(query, over_time=False)], unit, says).min(0).span(width).height(8)


def sheet(title: str, columns: Mapping[Query, str], says: str) -> Builder[Panel]:
    """A row for each value of the tag that all the queries are by; a unit for each column."""
    panel = table.Panel().filterable(filterable=True)
    for query, unit in columns.items():
        panel.override_by_name(query.name, [DynamicConfigValue(id_val="unit", value=unit)])
    panel.with_transformation(DataTransformerConfig(id_val="merge", options={}))
    panel.with_transformation(DataTransformerConfig(id_val="organize", options={"excludeByName": {"Time": True}}))
    whole = [replace(query, over_time=False) for query in columns]
    return _dressed(panel, title, whole, COUNT, says).span(24).height(9)


def words(markdown: str) -> Builder[Panel]:
    return text.Panel().content(markdown).transparent(transparent=True).span(24).height(2)


def _dressed(panel: AnyPanel, title: str, queries: Sequence[Query], unit: str, says: str) -> AnyPanel:
    panel.title(title).description(says).unit(unit)
    panel.datasource(DataSourceRef(type_val=DATASOURCE["type"], uid=DATASOURCE["uid"]))
    panel.targets([_Built(replace(query, ref=ref)) for query, ref in zip(queries, ascii_uppercase, strict=False)])
    return panel


def _legend() -> common.VizLegendOptions:
    return (
        common.VizLegendOptions()
        .display_mode(LegendDisplayMode.LIST)
        .placement(LegendPlacement.BOTTOM)
        .show_legend(show_legend=True)
    )


@dataclass(frozen=True, slots=True)
class _Built(Builder[Query]):
    """A query is what it is: nothing is left to build."""

    query: Query

    def build(self) -> Query:
        return self.query
