"""Is what is shown complete: the mirror judged by its own rows. The hub's insides are in CloudWatch."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from infra.dashboards.grafana.board import Panels, board
from infra.dashboards.grafana.panels import COUNT, bars, lines, number, ranking
from infra.dashboards.grafana.query import Figure, Query

SAYS = (
    "Who reports, and whether the rows are whole. Lines of all groupings must lie on each other: each counts every event once. "
    "Gaps here and none in the console: the mirror is behind (`docs/dashboards.md`); a gap in both: nothing was sent."
)


def pipeline() -> Dashboard:
    return board(
        "Pipeline health",
        SAYS,
        {"In this time": _headline(), "Who reports": _sources(), "Are the rows whole": _whole()},
        filtered=False,
        span="now-6h",
    )


def _headline() -> Panels:
    unpriced = Query("Unpriced", "unpriced_requests")
    return [
        number("Events", Query("Events", "events"), COUNT, "Folded into windows, of any kind."),
        number("Windows", Query("Windows", "events", Figure.ROWS), COUNT, "With events in them."),
        number("LLM calls", Query("Calls", "requests"), COUNT, "Events that are requests."),
        number("Unpriced", unpriced, COUNT, "LLM calls that the price table cannot price."),
        number("Custom events", Query("Custom", "custom_events"), COUNT, "Of types that the hub does not know."),
        number("Failed calls", Query("Failed", "errors"), COUNT, "LLM calls that ended in an error."),
    ]


def _sources() -> Panels:
    by_source = Query("Events", "events", by="source_module")
    by_environment = Query("Events", "events", by="environment")
    sampled = Query("Error rate", "error_rate_percent", Figure.MEAN, by="source_module")
    return [
        bars(
            "Events by module", [by_source], COUNT, "One that falls silent has a problem, or nothing to say.", width=24
        ),
        ranking("Modules", by_source, COUNT, "Events in this time.", width=12),
        ranking("Environments", by_environment, COUNT, "Events in this time.", width=12),
        lines(
            "Error rates that modules report",
            [sampled],
            "percent",
            "Their own figures; not the share of failed calls.",
            width=24,
        ),
    ]


def _whole() -> Panels:
    counted = Query("Events", "events", by="grouping")
    series = Query("Series", "events", Figure.ROWS, by="grouping")
    over = Query("Events", "events", by="grouping", overflow=True)
    slow = Query("p95", "queue_time_ms", Figure.P95)
    return [
        lines("Events by grouping", [counted], COUNT, "All lines lie on each other; one that does not lacks rows."),
        lines("Rows by grouping", [series], COUNT, "Near 5,000 series a window the rest is folded into one."),
        bars("Events over the limit", [over], COUNT, "Use fewer teams or models, or raise `series_limit`."),
        lines(
            "Queues before the models, p95", [slow], "ms", "As modules report it; the worst window of each interval."
        ),
    ]
