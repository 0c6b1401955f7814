"""`python -m perf.load [load|stress|soak] [--size S] [--minutes M]`: users of all kinds on a hub, held to limits.

Without `--url` it is the hub on this machine; a hub elsewhere needs an API key in HUB_API_KEY, of a tenant that nothing else
sends to. Ends with 1 if a limit was exceeded, or if what was folded is not what was accepted.
"""

import json
import os
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from infra.local import deploying, emulator
from infra.local.emulator import Emulator
from infra.local.home import Home
from infra.local.hub import Hub
from infra.local.keys import create_key
from perf.load.counting import counted, miscounted
from perf.load.limits import Told, broken
from perf.load.stages import LOAD, SOAK, STRESS, length, scaled
from perf.load.watching import FEWEST_SAMPLES, MOST_GROWTH, Sample, growth, most_grown, sampled

KINDS: Final = {"load": LOAD, "stress": STRESS, "soak": SOAK}
SCENARIOS: Final = ("ingest", "batch", "otlp", "query", "dashboard", "live")
REPORTS: Final = Path("build/load")
SAMPLE_SECONDS: Final = 30
WARMING_SECONDS: Final = 30
SIZE: Final = 0.001
MINUTES: Final = 3.0


@dataclass(frozen=True, slots=True)
class Target:
    """A hub, and the emulator that it runs on if it runs here."""

    hub: Hub
    emulator: Emulator | None


def main() -> int:
    asked = _asked()
    console = Console()
    target = _target(asked.url)
    began = datetime.now(UTC)
    samples: list[Sample] = []
    told = _played(console, target, asked, samples)
    found = counted(target.hub, began, told["accepted"])
    results = {name: Told(**told["results"].get(name, NOTHING)) for name in asked.scenarios.split(",")}
    console.print(_table(results))
    wrong = [*broken(results, stress=asked.kind == "stress"), *miscounted(told["accepted"], told["unsure"], found)]
    wrong += _grown(samples) if asked.kind == "soak" else []
    for line in [*told["errors"], *wrong]:
        console.print(f"[red]{line}")
    unsure = f" ({told['unsure']:,} without an answer)" if told["unsure"] else ""
    console.print(f"{told['accepted']:,} events accepted{unsure}, {found:,} counted. The report: {_report(asked.kind)}")
    figures = {
        "accepted": told["accepted"],
        "unsure": told["unsure"],
        "counted": found,
        "broken": len(wrong),
        "load_average": round(os.getloadavg()[0], 1),
        **{name: asdict(each) for name, each in results.items()},
        **(_growth(samples) if len(samples) >= FEWEST_SAMPLES else {}),
    }
    print(json.dumps({asked.kind: figures}))
    return 1 if wrong else 0


NOTHING: Final = {"requests": 0, "failed": 0, "p50_ms": 0, "p95_ms": 0, "p99_ms": 0}


def _asked() -> Namespace:
    parser = ArgumentParser(prog="python -m perf.load", description=__doc__)
    parser.add_argument("kind", nargs="?", choices=KINDS, default="load")
    parser.add_argument("--size", type=float, default=SIZE, help=f"1 is 10,000 users at the peak of a load; {SIZE}")
    parser.add_argument("--minutes", type=float, default=MINUTES, help=f"in all; {MINUTES:.0f}")
    parser.add_argument("--scenarios", default=",".join(SCENARIOS), help="of " + ", ".join(SCENARIOS))
    parser.add_argument("--url", help="a hub elsewhere: only one that is yours")
    return parser.parse_args()


def _target(url: str | None) -> Target:
    if url:
        return Target(Hub(url.rstrip("/"), os.environ["HUB_API_KEY"]), None)
    home = Home.of_project()
    running = emulator.running(home) or emulator.start(home)
    deployed = deploying.deployed(home, running) if home.outputs_file.exists() else deploying.deploy(home, running)
    key = create_key(running, deployed.access_function, tenant=f"load-{datetime.now(UTC):%H%M%S}")["api_key"]
    return Target(Hub(deployed.url, key), running)


def _played(console: Console, target: Target, asked: Namespace, samples: list[Sample]) -> Any:
    """What the generator told last; every half minute a sample is taken meanwhile."""
    stages = scaled(KINDS[asked.kind], asked.size, asked.minutes * 60)
    _report(asked.kind).parent.mkdir(parents=True, exist_ok=True)
    plan = {
        "url": target.hub.url,
        "stages": [asdict(stage) for stage in stages],
        "scenarios": asked.scenarios.split(","),
        "report": str(_report(asked.kind)),
        "warming_seconds": WARMING_SECONDS,
    }
    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    command = [sys.executable, "-m", "perf.load.generator", json.dumps(plan)]
    environment = {**os.environ, "HUB_API_KEY": target.hub.api_key}
    told: Any = {}
    due = time.monotonic()
    with (
        Progress(*columns, console=console) as progress,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as generator,
    ):
        bar = progress.add_task("", total=length(stages))
        for told in _lines(generator):
            progress.update(bar, advance=1, description=_so_far(told))
            if target.emulator and time.monotonic() >= due:
                samples.append(sampled(target.emulator, target.emulator.pid))
                due += SAMPLE_SECONDS
    if not told.get("is_done"):
        raise RuntimeError(f"the generator of load ended with {generator.returncode}")
    return told


def _lines(generator: subprocess.Popen[str]) -> Iterator[Any]:
    for line in generator.stdout or ():
        with suppress(ValueError):
            yield json.loads(line)


def _so_far(told: Mapping[str, Any]) -> str:
    return (
        f"{told['users']} users, {told['requests_per_s']:,.0f} requests/s, p95 {told['p95_ms'] or 0:,.0f} ms, "
        f"{told['failed']} of {told['requests']:,} failed, {told['accepted']:,} events accepted"
    )


def _growth(samples: list[Sample]) -> dict[str, Any]:
    """With the functions a process of which grew most, in MB and in handles."""
    return {"growth": growth(samples), **{what: most_grown(samples, what)[:3] for what in ("memory_mb", "handles")}}


def _grown(samples: list[Sample]) -> Iterator[str]:
    if len(samples) < FEWEST_SAMPLES:
        yield f"a soak needs {FEWEST_SAMPLES * SAMPLE_SECONDS // 60} minutes at least"
        return
    for name, what in (("memory", "memory_mb"), ("handles", "handles")):
        if (share := growth(samples)[name]) > MOST_GROWTH:
            of = ", ".join(f"{function} {more:+.0f}" for function, more in most_grown(samples, what)[:3])
            yield f"{name} of the functions grew by {share:.1%}, {MOST_GROWTH:.0%} may be: {of}"


def _table(results: Mapping[str, Told]) -> Table:
    table = Table("scenario", *("requests", "failed", "p50 ms", "p95 ms", "p99 ms"))
    for name, each in results.items():
        figures = (each.requests, each.failed, each.p50_ms, each.p95_ms, each.p99_ms)
        table.add_row(name, *(f"{figure:,.0f}" for figure in figures))
    return table


def _report(kind: str) -> Path:
    return REPORTS / f"{kind}.html"


if __name__ == "__main__":
    sys.exit(main())
