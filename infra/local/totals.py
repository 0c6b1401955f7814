"""What the hub shows of a run, added up from GET /v1/metrics."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.local.clock import end_of_minute, written
from infra.local.hub import Hub
from infra.local.recording import Recorded

SUMS = (
    "events",
    "requests",
    "errors",
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "reasoning_tokens",
    "reported_cost_usd",
    "computed_cost_usd",
    "unpriced_requests",
)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Totals:
    """`by_model`: model (None: no model) to measure to sum. `open_points`: how many points are not final yet."""

    by_model: Mapping[str | None, Mapping[str, float]]
    open_points: int = 0

    def of(self, measure: str) -> float:
        return sum(sums.get(measure, 0) for sums in self.by_model.values())


def fetch(hub: Hub, recorded: Recorded, measures: Sequence[str] = SUMS) -> Totals:
    """The measures of the run, summed over the minutes in which it happened."""
    by_model: dict[str | None, dict[str, float]] = {}
    open_points = 0
    for measure in measures:
        for series in _series(hub, recorded, measure):
            sums = by_model.setdefault(series["dimensions"]["model"], {})
            sums[measure] = sums.get(measure, 0) + sum(point["sum"] for point in series["points"])
            open_points += sum(not point["final"] for point in series["points"])
    return Totals(by_model, open_points)


def summarised_events(hub: Hub, recorded: Recorded) -> int:
    """The events of the run by the summary, which reads the longer windows that end within the run."""
    return int(hub.get("/v1/summary", **range_of(recorded))["totals"]["events"])


def _series(hub: Hub, recorded: Recorded, measure: str) -> Iterator[Json]:
    parameters = {**range_of(recorded), "measure": measure, "resolution": "1m", "group_by": "model"}
    page = hub.get("/v1/metrics", **parameters)
    yield from page["series"]
    while page["next"]:
        page = hub.get("/v1/metrics", **parameters, next=page["next"])
        yield from page["series"]


def range_of(recorded: Recorded) -> dict[str, str]:
    """The whole minutes that hold the run."""
    first = datetime.fromisoformat(recorded.start).replace(second=0, microsecond=0)
    return {"start": written(first), "end": written(end_of_minute(datetime.fromisoformat(recorded.end)))}
