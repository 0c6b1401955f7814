"""`python -m perf.capacity --events-per-second N [--json] [--simulate] | --measure`: what a load asks of every part of the hub."""

import argparse
import json
from typing import Any

from perf.capacity.figures import MEASURED, Measured, written
from perf.capacity.plan import Load, Plan, breaking


def main() -> None:
    asked = _arguments()
    if asked.measure:
        _measure()
        return
    load, measured = (
        Load.of(asked.events_per_second, events_per_post=asked.events_per_post, series=asked.series),
        Measured.stored(),
    )
    plan = Plan(load, measured)
    figures = _figures(plan) | (_simulated(load, measured) if asked.simulate else {})
    print(json.dumps({"capacity": figures}) if asked.json else _table(plan, figures))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m perf.capacity", description=__doc__)
    parser.add_argument("--events-per-second", type=float, default=10_000)
    parser.add_argument("--events-per-post", type=int, default=500)
    parser.add_argument("--series", type=int, default=5_000)
    parser.add_argument("--simulate", action="store_true", help="play an hour with a hot tenant, a split and an outage")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", action="store_true", help=f"write {MEASURED.name} again")
    return parser.parse_args()


def _measure() -> None:
    from perf.benchmarks.rounds import silence  # noqa: PLC0415 (only who measures needs the hub's code)
    from perf.capacity.measuring import measure  # noqa: PLC0415

    with silence():
        figures = measure()
    MEASURED.write_text(written(figures))
    print(json.dumps({"measured": figures}))


def _figures(plan: Plan) -> dict[str, Any]:
    most, first = breaking(plan.load, plan.measured)
    return {
        "partitions": plan.load.partitions,
        "layout": plan.load.layout,
        "shards": plan.shards,
        "mb_per_second": round(plan.bytes_in / 1e6, 2),
        "events_per_second_of_a_partition": round(plan.partition_events_per_second),
        "functions_at_once": round(plan.concurrency),
        "fresh_after_seconds": round(plan.fresh_after_seconds, 1),
        "breaks_first": first.name,
        "breaks_at_events_per_second": round(most),
    }


def _simulated(load: Load, measured: Measured) -> dict[str, Any]:
    from perf.capacity.simulating import Scenario, play  # noqa: PLC0415 (only who plays the hour needs it)

    played = play(load, measured, Scenario())
    return {
        "worst_lag_seconds": played.worst_lag,
        "recovered_after_seconds": played.recovered_after,
        "waiting_at_the_end": round(played.waiting),
        "accepted": round(float(played.accepted[-1])),
        "folded": round(float(played.folded[-1])),
        "pushed_back_seconds": int((played.pushed_back > 0).sum()),
    }


def _table(plan: Plan, figures: dict[str, Any]) -> str:
    lines = [
        f"{part.share:>6.1%}  {part.asked:>14,.1f} of {part.bears:>14,.1f} {part.unit:<14} {part.name}"
        for part in plan.parts()
    ]
    return "\n".join([*lines, "", *(f"{name.replace('_', ' ')}: {value}" for name, value in figures.items())])


if __name__ == "__main__":
    main()
