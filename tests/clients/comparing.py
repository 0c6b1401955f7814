"""The stub's ledger beside what the hub shows of the same tenant, to the token and to the nano-dollar."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from infra.local.hub import Hub
from tests.clients.catalog import Client
from tests.clients.ledger import NANO, Call

Sums = Mapping[str, int | Decimal]
MEASURES: Final[Mapping[str, str]] = {
    "requests": "requests",
    "errors": "errors",
    "input": "input_tokens",
    "output": "output_tokens",
    "cached": "cached_input_tokens",
    "reasoning": "reasoning_tokens",
    "cost": "computed_cost_usd",
}
"""The hub's measure of each."""
_PAGE: Final = "next"


@dataclass(frozen=True, slots=True)
class Span:
    """The whole minutes in which it all happened, as the hub reads them."""

    start: str
    end: str


def told_by(client: Client, calls: Sequence[Call]) -> Sums:
    """The sums of what the client can have told of its calls."""
    told = [_told(client, call) for call in calls]
    return {
        "requests": len(told),
        "errors": sum(call.is_error for call in told),
        **{part: sum(getattr(call, part) for call in told) for part in ("input", "output", "cached", "reasoning")},
        "cost": sum((call.cost_usd for call in told), Decimal(0)),
    }


def _told(client: Client, call: Call) -> Call:
    """Anthropic counts the cache beside the input, so that who tells nothing of it tells of less input."""
    in_streams = client.untold_in_streams.get(call.provider, frozenset()) if call.is_streamed else frozenset()
    untold: dict[str, Any] = dict.fromkeys(client.untold | in_streams, 0)
    beside = call.cached + call.written if call.provider == "anthropic" and "cached" in untold else 0
    return replace(call, input=call.input - beside, **untold)


def shown_by(hub: Hub, span: Span) -> Sums:
    """The sums over all minutes, which the hub keeps in nano-dollars and tells as a float."""
    sums = {name: sum(_points(hub, span, measure)) for name, measure in MEASURES.items()}
    return {name: round(found) for name, found in sums.items()} | {"cost": Decimal(sums["cost"]).quantize(NANO)}


def summarised_by(hub: Hub, span: Span) -> Sums:
    """The same by /v1/summary, as far as it tells of it."""
    totals = hub.get("/v1/summary", start=span.start, end=span.end)["totals"]
    return {name: totals[measure] for name, measure in MEASURES.items() if measure in totals and name != "cost"}


def _points(hub: Hub, span: Span, measure: str) -> Iterator[float]:
    asked: dict[str, str] = {"start": span.start, "end": span.end, "measure": measure, "resolution": "1m"}
    page: Any = hub.get("/v1/metrics", **asked)
    yield from (point["sum"] for series in page["series"] for point in series["points"])
    while page[_PAGE]:
        page = hub.get("/v1/metrics", **asked, next=page[_PAGE])
        yield from (point["sum"] for series in page["series"] for point in series["points"])


def differences(ledger: Sums, hub: Sums) -> list[str]:
    return [f"{name} is {hub[name]}, was {ledger[name]}" for name in hub if hub[name] != ledger[name]]
