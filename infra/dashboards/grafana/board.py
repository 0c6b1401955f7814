"""A dashboard, with what all of them have: variables, links to each other, an identity that stays."""

from collections.abc import Mapping, Sequence

from grafana_foundation_sdk.builders.dashboard import Dashboard, DashboardLink, Row
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import (
    Dashboard as BuiltDashboard,
    DashboardCursorSync,
    DashboardLinkType,
    Panel,
)

from infra.dashboards.grafana.panels import words
from infra.dashboards.grafana.variables import variables

TAG = "llm-analytics-hub"

Panels = Sequence[Builder[Panel]]


def board(
    name: str, says: str, sections: Mapping[str, Panels], *, filtered: bool, span: str = "now-24h"
) -> BuiltDashboard:
    """`says` is for who opens it; `filtered` ones have variables of team and model."""
    made = (
        Dashboard(f"LLM Analytics: {name}")
        .uid(f"{TAG}-{name.lower().replace(' ', '-')}")
        .description(says)
        .tags([TAG])
        .time(span, "now")
        .timezone("browser")
        .refresh("1m")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .variables([*variables(filtered=filtered)])
        .link(
            DashboardLink("LLM Analytics")
            .type(DashboardLinkType.DASHBOARDS)
            .tags([TAG])
            .as_dropdown(as_dropdown=True)
            .include_vars(include_vars=True)
            .keep_time(keep_time=True)
        )
        .with_panel(words(says))
    )
    for title, panels in sections.items():
        made.with_row(Row(title))
        for panel in panels:
            made.with_panel(panel)
    return _numbered(made.build())


def _numbered(built: BuiltDashboard) -> BuiltDashboard:
    for number, panel in enumerate(built.panels or (), start=1):
        panel.id_val = number
    return built
