"""What a run came to: a table by model, and whether it is what was sent."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from infra.local.hub import Hub
from infra.local.recording import Recorded
from infra.local.requests import Post
from infra.local.sending import Answered
from infra.local.totals import Totals, range_of
from infra.local.workload import SUMMED

_QUANTILES = ("p50", "p95", "p99")
_COLUMNS = ("requests", "tokens in", "tokens out", "cost USD", "errors", "p50 ms", "p95 ms", "p99 ms")
_NOT_A_CALL = "no model"

Sums = Mapping[str, float]


def show(console: Console, hub: Hub, recorded: Recorded, totals: Totals) -> None:
    latencies = latencies_of(hub, recorded)
    table = Table(title=f"{recorded.name}, {recorded.start[:16]} to {recorded.end[:16]} UTC")
    table.add_column("model", overflow="fold")
    for column in _COLUMNS:
        table.add_column(column, justify="right", no_wrap=True)
    for model, sums in sorted(totals.by_model.items(), key=lambda entry: -entry[1].get("requests", 0)):
        if sums.get("requests"):
            table.add_row(model or _NOT_A_CALL, *_cells(sums, latencies.get(model, {})))
    table.add_section()
    table.add_row("all", *_cells({measure: totals.of(measure) for measure in _SHOWN}, {}), style="bold")
    console.print(table)


_SHOWN = ("requests", "input_tokens", "output_tokens", "computed_cost_usd", "errors", "unpriced_requests")


def _cells(sums: Sums, latency: Mapping[str, float]) -> list[str]:
    counts = [f"{sums.get(measure, 0):,.0f}" for measure in ("requests", "input_tokens", "output_tokens")]
    quantiles = [f"{latency[quantile]:,.0f}" if quantile in latency else "" for quantile in _QUANTILES]
    return [*counts, _cost(sums), f"{sums.get('errors', 0):,.0f}", *quantiles]


def _cost(sums: Sums) -> str:
    """A call that no price list knows is unpriced, which is not $0."""
    unpriced = sums.get("unpriced_requests", 0)
    if unpriced and unpriced == sums.get("requests"):
        return "unpriced"
    cost = f"{sums.get('computed_cost_usd', 0):,.2f}"
    return f"{cost} + {unpriced:,.0f} unpriced" if unpriced else cost


def latencies_of(hub: Hub, recorded: Recorded) -> dict[str | None, Mapping[str, float]]:
    """Quantiles over the whole run, from the sketches of all its windows."""
    summary = hub.get("/v1/summary", top="100", **range_of(recorded))
    return {model["name"]: model["latency_ms"] or {} for model in summary["top_models"]}


def shortfalls(recorded: Recorded, posts: Sequence[Post], answered: Answered, totals: Totals) -> list[str]:
    """Every way in which the hub's figures are not those of what was sent."""
    folded, invalid = round(totals.of("events")), sum(post.invalid for post in posts)
    return [
        *_unless(answered.accepted - answered.again == recorded.events, "accepted is not sent"),
        *_unless(answered.rejected == invalid, f"{answered.rejected} items were refused, {invalid} are invalid"),
        *_unless(folded == recorded.events, f"{folded:,} events are folded"),
        *_unless(totals.open_points == 0, f"{totals.open_points} points are not final"),
        *(
            f"{model}: {measure} is {found:,.0f}, sent was {wanted:,}"
            for model, sums in recorded.expected.items()
            for measure, wanted in sums.items()
            if (found := totals.by_model.get(model, {}).get(measure, 0)) != wanted
        ),
    ]


def changes(before: Totals, after: Totals) -> list[str]:
    """Every sum, by model and measure, that is another than it was."""
    named = {
        (model, measure) for totals in (before, after) for model, sums in totals.by_model.items() for measure in sums
    }
    return [
        f"{model or _NOT_A_CALL}: {measure} was {was}, is {now}"
        for model, measure in sorted(named, key=str)
        if (was := before.by_model.get(model, {}).get(measure)) != (now := after.by_model.get(model, {}).get(measure))
    ]


def _unless(holds: bool, otherwise: str) -> list[str]:
    return [] if holds else [otherwise]


def balance(recorded: Recorded, answered: Answered, totals: Totals) -> str:
    sent = {measure: sum(sums[measure] for sums in recorded.expected.values()) for measure in SUMMED}
    return (
        f"sent {recorded.events:,} = accepted {answered.accepted - answered.again:,} = folded {totals.of('events'):,.0f}"
        f"  (sent again and counted once: {answered.again:,}; invalid and refused: {answered.rejected:,})\n"
        f"{sent['requests']:,} requests, {sent['input_tokens']:,} tokens in and {sent['output_tokens']:,} out were sent"
    )
