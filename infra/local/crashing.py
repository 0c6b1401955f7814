"""Which invocations of the emulator die, and what of it is written down: `make chaos` starts launch.py with it.

Imported in the emulator's environment too: the standard library alone.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Literal

STAGES = ("ingestion", "aggregation", "rollup")
KILLS_PER_STAGE = 5
_ONE_IN = 2
_FIRST_GUESS_SECONDS = 0.05

Victim = Literal["function", "poller"]


class Crashes:
    """Draws from one seed; the journal holds a line for each crash that came about."""

    def __init__(self, seed: int, journal: Path) -> None:
        self._random = Random(seed)  # noqa: S311 (a schedule, not a secret)
        self._journal = journal
        self._done: Counter[tuple[Victim, str]] = Counter()
        self._owed: set[tuple[Victim, str]] = set()
        self._seconds: dict[str, float] = {}

    def is_due(self, victim: Victim, stage: str) -> bool:
        """Whether this invocation shall be the end of its victim: one in two, a few of each."""
        is_left = stage in STAGES and self._done[victim, stage] < KILLS_PER_STAGE
        return is_left and ((victim, stage) in self._owed or self._random.randrange(_ONE_IN) == 0)

    def spared(self, victim: Victim, stage: str) -> None:
        """It ended before its moment came: the next one dies for it."""
        self._owed.add((victim, stage))

    def moment_seconds(self, stage: str) -> float:
        """How far into the invocation: anywhere in what the stage's last one took, sooner rather than later."""
        return self._random.random() ** 2 * self._seconds.get(stage, _FIRST_GUESS_SECONDS)

    def lasted(self, stage: str, seconds: float) -> None:
        self._seconds[stage] = seconds

    def happened(self, victim: Victim, stage: str) -> None:
        self._done[victim, stage] += 1
        self._owed.discard((victim, stage))
        with self._journal.open("a") as journal:
            journal.write(json.dumps([victim, stage]) + "\n")


def crashes_of(journal: Path) -> Counter[tuple[str, str]]:
    """How often each victim died in each stage."""
    return Counter(_read(journal))


def _read(journal: Path) -> Iterator[tuple[str, str]]:
    if journal.exists():
        for line in journal.read_text().splitlines():
            victim, stage = json.loads(line)
            yield victim, stage
