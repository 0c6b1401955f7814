"""What the command prints."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from traceback import format_exception

from rich.console import Console
from rich.table import Table

from tests.simulation.mutants.catalog import MUTANTS
from tests.simulation.run import Run

COUNTED = (
    "crashes",
    "freezes",
    "zombies",
    "redeliveries",
    "reshards",
    "ambiguous puts",
    "partial failures",
    "parts accepted",
    "lost answers",
    "poison records",
    "merges of segments",
    "met a newer release",
)
SHOWN_FAILURES = 5


@dataclass(frozen=True, slots=True)
class Hunt:
    """How many seeds a mutant was played on, and how many of them caught it."""

    caught: int
    played: int


def seed_table(runs: Sequence[Run], seconds: float) -> Table:
    failed = [run for run in runs if run.failure]
    counts = sum((run.counts for run in runs), Counter[str]())
    table = Table(title="The hub as it stands", show_header=False)
    table.add_row("seeds", f"{len(runs):,} in {seconds:.0f} s")
    table.add_row("accepted events", f"{sum(run.accepted for run in runs):,}")
    table.add_row("invocations", f"{counts['invocations']:,}")
    for name in COUNTED:
        table.add_row(name, f"{counts[name]:,}")
    table.add_row("failures", f"[bold {'red' if failed else 'green'}]{len(failed)}")
    for run in failed[:SHOWN_FAILURES]:
        table.add_row(f"seed {run.seed}", f"{run.failure}\npython -m tests.simulation --seed {run.seed}")
    return table


def mutant_table(kills: Mapping[str, Hunt], directed: Mapping[str, bool]) -> Table:
    table = Table(title="Without one safeguard: caught by how many of the seeds played")
    for heading in ("rule", "mutant", "seeds", "directed schedule"):
        table.add_column(heading)
    for mutant in MUTANTS:
        if mutant.name in kills:
            hunt = kills[mutant.name]
            table.add_row(mutant.rule, mutant.name, f"{hunt.caught}/{hunt.played}", _verdict(directed, mutant.name))
    return table


def show(run: Run, console: Console) -> int:
    """One seed by itself, its failure whole."""
    console.print(f"seed {run.seed}: {run.accepted} accepted events, {dict(run.counts)}")
    if run.error:
        console.print("".join(format_exception(run.error)), markup=False)
    console.print("exact" if run.failure is None else run.failure, markup=False)
    return 0 if run.failure is None else 1


def _verdict(directed: Mapping[str, bool], name: str) -> str:
    if name not in directed:
        return ""
    return "[green]caught" if directed[name] else "[red]survives"
