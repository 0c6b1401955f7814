"""`python -m infra.local chaos`: real crashes in the middle of a replay, and totals that are exact all the same."""

import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from infra.local import deploying, emulator, recording, report, totals, waiting
from infra.local.clock import client, function_of, tick
from infra.local.commands import send, verdict
from infra.local.crashing import STAGES, crashes_of
from infra.local.emulator import Emulator
from infra.local.home import PROJECT, Home
from infra.local.hub import Hub
from infra.local.keys import create_key
from infra.local.requests import posts_of
from infra.local.workload import Workload
from perf.workloads.mistakes import mistakes
from perf.workloads.traffic import generate

_REQUESTS = 3_200
_SPAN = timedelta(minutes=4)
_MISTAKES = 20
_ITEMS_PER_POST = 40
_PAUSE_SECONDS = 1.0  # or it would be over before much has crashed
_CRASHED = (*(("function", stage) for stage in STAGES), ("poller", "aggregation"), ("poller", "rollup"))
_LEAST_CRASHES = 2
_PATIENCE_SECONDS = 120.0


def chaos(console: Console) -> int:
    """On a hub of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="hub-chaos-") as folder:
        home = Home(Path(folder), PROJECT / ".local" / "emulator")
        try:
            return _chaos(home, console, int(os.environ.get("SEED", "1")))
        finally:
            emulator.stop(home)


def _chaos(home: Home, console: Console, seed: int) -> int:
    journal = home.folder / "crashes.jsonl"
    with console.status("starting a hub that crashes"):
        running = emulator.start(home, crash_seed=seed)
        deployed = deploying.deploy(home, running)
        hub = Hub(deployed.url, create_key(running, deployed.access_function, tenant="chaos")["api_key"])
    workload = _workload(seed, datetime.now(UTC))
    recorded, posts = recording.recorded_of(workload, "chaos"), list(posts_of(workload, seed, _ITEMS_PER_POST))
    answered = send(console, hub, posts, pause_seconds=_PAUSE_SECONDS)
    with console.status("waiting") as status:
        _go_on_until_enough(running, journal, status.update)
        found = waiting.until_final(hub, running, recorded, status.update)
    crashes = crashes_of(journal)
    console.print(_table(crashes))
    console.print(report.balance(recorded, answered, found))
    console.print(
        f"aggregation dropped {duplicates(running):,} copies, {answered.again:,} of them sent again on purpose"
    )
    summarised = totals.summarised_events(hub, recorded)
    longer = [] if summarised == recorded.events else [f"the longer windows have {summarised:,} events"]
    wrong = [*report.shortfalls(recorded, posts, answered, found), *longer, *too_few(crashes)]
    return verdict(console, wrong, "Every event is there, once.")


def _go_on_until_enough(running: Emulator, journal: Path, tell: waiting.Tell) -> None:
    """On a busy machine batches are larger and invocations fewer: ticks make more of them."""
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while (missing := too_few(crashes_of(journal))) and time.monotonic() < give_up:
        tell(missing[0])
        tick(running)
        time.sleep(_PAUSE_SECONDS)


def _workload(seed: int, anchor: datetime) -> Workload:
    events = list(generate(seed, anchor - _SPAN, anchor, _REQUESTS))
    return Workload(f"chaos {seed}", events, mistakes(seed, events, _MISTAKES))


def too_few(crashes: Counter[tuple[str, str]]) -> list[str]:
    """A run in which hardly anything crashed shows nothing."""
    return [
        f"the {victim} of {stage} was killed {crashes[victim, stage]} times only"
        for victim, stage in _CRASHED
        if crashes[victim, stage] < _LEAST_CRASHES
    ]


def duplicates(running: Emulator) -> int:
    """What aggregation counted as copies, by its own metric lines."""
    function = client("lambda", running).get_function_configuration(FunctionName=function_of(running, "aggregation"))
    group = function["LoggingConfig"]["LogGroup"]
    pages = client("logs", running).get_paginator("filter_log_events").paginate(logGroupName=group)
    return sum(duplicates_in(line["message"]) for page in pages for line in page["events"])


def duplicates_in(message: str) -> int:
    return sum(int(value) for line in message.splitlines() for value in _duplicates(line))


def _duplicates(line: str) -> Iterator[float]:
    if line.startswith("{") and '"EventsDuplicate"' in line:
        counted = json.loads(line)["EventsDuplicate"]
        yield from counted if isinstance(counted, list) else [counted]


def _table(crashes: Counter[tuple[str, str]]) -> Table:
    table = Table(title="killed in the middle of it")
    table.add_column("stage")
    table.add_column("function (kill -9)", justify="right")
    table.add_column("poller, before its checkpoint", justify="right")
    for stage in STAGES:
        poller = str(crashes["poller", stage]) if ("poller", stage) in _CRASHED else "no stream"
        table.add_row(stage, str(crashes["function", stage]), poller)
    return table
