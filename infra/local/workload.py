"""What a run sends: a published trace, or the seeded workload with mistakes among it; and what must come of it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from perf.workloads.arrivals import Bursts
from perf.workloads.mistakes import mistakes
from perf.workloads.story import Incident, incidents, with_story
from perf.workloads.traces import events_of_trace
from perf.workloads.traffic import generate

SEEDED_REQUESTS = 18_000
SEEDED_SPAN = timedelta(minutes=110)
"""An hour and more of usual traffic, from which the hub learns, and the incidents of the last half hour."""
SEEDED_MISTAKES = 60
CALM = Bursts(chance=0, evenness=40)
"""Minutes without bursts, so that whatever stands out is an incident of the story."""
SUMMED = ("requests", "errors", "input_tokens", "output_tokens")

Json = dict[str, Any]
ModelTotals = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Workload:
    """`events` are valid, each once; `mistakes` are items that must be refused, one by one."""

    name: str
    events: Sequence[Json]
    mistakes: Sequence[Json]
    incidents: Sequence[Incident] = ()
    """What the hub must notice."""

    @property
    def start(self) -> str:
        return min(str(event["timestamp"]) for event in self.events)

    @property
    def end(self) -> str:
        return max(str(event["timestamp"]) for event in self.events)


def chosen_workload(environment: Mapping[str, str], anchor: datetime) -> Workload:
    """`TRACE` names a file or folder; without it, the seeded workload until the anchor, with a story."""
    if trace := environment.get("TRACE"):
        path = Path(trace)
        return Workload(path.resolve().name, list(events_of_trace(path, anchor)), ())
    seed = int(environment.get("SEED", "1"))
    requests = int(environment.get("REQUESTS", SEEDED_REQUESTS))
    calm = list(generate(seed, anchor - SEEDED_SPAN, anchor, requests, CALM))
    events = with_story(seed, calm, anchor)
    return Workload(f"seeded workload {seed}", events, mistakes(seed, events, SEEDED_MISTAKES), incidents(anchor))


def totals_by_model(events: Sequence[Json]) -> ModelTotals:
    """The sums that the hub must show, taken from what is sent; a model without a value for a measure has 0."""
    totals: dict[str, Counter[str]] = {}
    for event in events:
        for model, measure, value in _summed(event["payload"]["data"]):
            totals.setdefault(model, Counter())[measure] += value
    return {model: {measure: total[measure] for measure in SUMMED} for model, total in sorted(totals.items())}


def _summed(leaf: Json) -> Iterator[tuple[str, str, int]]:
    kind = leaf.get("telemetry_type")
    if kind == "inference":
        yield leaf["model_id"], "requests", 1
        yield leaf["model_id"], "errors", int(leaf.get("error_type") is not None)
        yield leaf["model_id"], "input_tokens", leaf["input_tokens"]
        yield leaf["model_id"], "output_tokens", leaf["output_tokens"]
    if kind == "token_usage":
        yield leaf["model_id"], "input_tokens", leaf["prompt_tokens"]
        yield leaf["model_id"], "output_tokens", leaf["completion_tokens"]
