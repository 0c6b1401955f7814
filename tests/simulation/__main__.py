"""`python -m tests.simulation --seeds 1000`: plays seeds and mutants on all cores, and says what happened.

`--seed N` replays one. Exit status 1 if a seed of the hub fails, or if no seed and no schedule catches some mutant.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import replace
from os import cpu_count
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.progress import Progress

from tests.simulation.directed import SCHEDULES
from tests.simulation.mutants.catalog import MUTANTS
from tests.simulation.report import Hunt, mutant_table, seed_table, show
from tests.simulation.run import Run, is_caught_directed, run

CHUNK = 10
MUTANT_SEEDS = 8
MOST_MUTANT_SEEDS = 100
ENOUGH = 2


def main() -> int:
    asked = _arguments()
    console = Console()
    if asked.seed is not None:
        return show(run(asked.seed), console)
    started = perf_counter()
    with ProcessPoolExecutor(cpu_count()) as pool, Progress(console=console, transient=True) as progress:
        mutants = {  # first, as one of them may take long by itself
            number: pool.submit(_play_mutant, number, asked.mutant_seeds)
            for number in range(len(MUTANTS))
            if asked.mutant_seeds
        }
        chunks = [range(first, min(first + CHUNK, asked.seeds)) for first in range(0, asked.seeds, CHUNK)]
        played = [pool.submit(_play, chunk) for chunk in chunks]
        _follow(progress, "mutants", mutants.values())
        _follow(progress, "seeds", played)
    runs = [one for chunk in played for one in chunk.result()]
    kills = {MUTANTS[number].name: done.result() for number, done in mutants.items()}
    directed = {name: is_caught_directed(name) for name in SCHEDULES if mutants}
    console.print(seed_table(runs, perf_counter() - started))
    console.print(mutant_table(kills, directed))
    survivors = [name for name, hunt in kills.items() if not hunt.caught and not directed.get(name)]
    return 1 if survivors or any(one.failure for one in runs) else 0


def _arguments() -> Namespace:
    parser = ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many seeds the hub is played on")
    parser.add_argument(
        "--mutant-seeds", type=int, default=MUTANT_SEEDS, help="on how many each mutant is at most (0: none)"
    )
    parser.add_argument("--seed", type=int, help="replay this one seed and show its failure")
    return parser.parse_args()


def _follow(progress: Progress, what: str, futures: Iterable["Future[Any]"]) -> None:
    futures = list(futures)
    for _ in progress.track(as_completed(futures), total=len(futures), description=what):
        pass


def _play(seeds: Iterable[int]) -> list[Run]:
    return [replace(run(seed), error=None) for seed in seeds]  # a traceback cannot go to another process


def _play_mutant(number: int, seeds: int) -> Hunt:
    """Until enough seeds have caught it. If few of them do, it is played on until one does, unless a schedule is for it."""
    mutant, caught, played = MUTANTS[number], 0, 0
    most = seeds if mutant.name in SCHEDULES else MOST_MUTANT_SEEDS
    while caught < ENOUGH and played < (most if not caught else seeds):
        caught += run(played, mutant.design).failure is not None
        played += 1
    return Hunt(caught, played)


if __name__ == "__main__":
    sys.exit(main())
