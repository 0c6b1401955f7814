"""What people ask first: how much, how dear, how good, how quick."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from infra.dashboards.grafana.board import Panels, board
from infra.dashboards.grafana.panels import COUNT, MILLISECONDS, MONEY, SHARE, Limits, bars, lines, number, sheet
from infra.dashboards.grafana.query import Figure, Query

SAYS = (
    "How much your models are used, what it costs, how often they fail and how long they take. Sums, shares and means obey "
    "*Team* and *Model* and are exact. **Percentiles** do not add up: they are those of the worst window in each interval."
)
FAILING = Limits(warning=0.01, bad=0.05)
WORST = "The worst window of each interval; of everything, for percentiles of teams or models do not add up."


def overview() -> Dashboard:
    return board(
        "Overview",
        SAYS,
        {"In this time": _headline(), "Use": _use(), "Answers": _answers(), "By model": _by_model()},
        filtered=True,
    )


def _headline() -> Panels:
    errors = Query("Errors", "errors", Figure.MEAN, filtered=True)
    latency = Query("Latency", "latency_ms", Figure.MEAN, filtered=True)
    return [
        number("Cost", Query("Cost", "computed_cost_usd", filtered=True), MONEY, "By the hub's price table."),
        number("Requests", Query("Requests", "requests", filtered=True), COUNT, "LLM calls."),
        number("Tokens in", Query("In", "input_tokens", filtered=True), COUNT, "Cached ones included."),
        number("Tokens out", Query("Out", "output_tokens", filtered=True), COUNT, "Reasoning included."),
        number("Failed", errors, SHARE, "Share of the LLM calls that failed.", limits=FAILING),
        number("Mean latency", latency, MILLISECONDS, "From request to the end of the answer."),
    ]


def _use() -> Panels:
    requests = Query("Requests", "requests", by="model", filtered=True)
    cost = Query("Cost", "computed_cost_usd", by="team", filtered=True)
    tokens = [
        Query("in", "input_tokens", filtered=True),
        Query("out", "output_tokens", filtered=True),
    ]
    parts = [
        Query("in, from a cache", "cached_input_tokens", filtered=True),
        Query("out, for reasoning", "reasoning_tokens", filtered=True),
    ]
    return [
        bars("Requests by model", [requests], COUNT, "LLM calls."),
        bars("Cost by team", [cost], MONEY, "By the hub's price table; a team that is not told is left blank."),
        bars("Tokens", tokens, COUNT, "In and out."),
        lines("Tokens cached and reasoned", parts, COUNT, "Part of the tokens in and out."),
    ]


def _answers() -> Panels:
    percentiles = [
        Query(name, "latency_ms", figure)
        for name, figure in (("p50", Figure.P50), ("p95", Figure.P95), ("p99", Figure.P99))
    ]
    failing = Query("Failed", "errors", Figure.MEAN, by="model", filtered=True)
    first = Query("p95", "ttft_ms", Figure.P95, by="model", filtered=True)
    by_model = Query("p95", "latency_ms", Figure.P95, by="model", filtered=True)
    return [
        lines("Latency", percentiles, MILLISECONDS, WORST),
        lines("Latency by model, p95", [by_model], MILLISECONDS, "The worst window of each interval, of all teams."),
        lines("Time to first token by model, p95", [first], MILLISECONDS, "As above, of calls that stream."),
        lines("Failed by model", [failing], SHARE, "Share of the LLM calls that failed.", limits=FAILING),
    ]


def _by_model() -> Panels:
    columns = {
        Query("Requests", "requests", by="model", filtered=True): COUNT,
        Query("Cost", "computed_cost_usd", by="model", filtered=True): MONEY,
        Query("Cost of a request", "computed_cost_usd", Figure.MEAN, by="model", filtered=True): MONEY,
        Query("Failed", "errors", Figure.MEAN, by="model", filtered=True): SHARE,
        Query("Mean latency", "latency_ms", Figure.MEAN, by="model", filtered=True): MILLISECONDS,
        Query("Longest", "latency_ms", Figure.HIGHEST, by="model", filtered=True): MILLISECONDS,
    }
    return [sheet("Models", columns, "Every model in this time; sort by a column.")]
