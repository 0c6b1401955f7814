"""Ordered sequences of steps that are known to belong together: a library, and those that a tenant's own past taught."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from math import prod

from shared.incidents.tails import binomial_tail


@dataclass(frozen=True, slots=True)
class Pattern:
    """Steps that follow each other, others in between allowed."""

    name: str
    steps: tuple[str, ...]
    by_one: bool = True
    """Whether one actor or one trace must run through it; else one component is enough."""

    def __str__(self) -> str:
        return " → ".join(self.steps)


LIBRARY = (
    Pattern("retry storm", ("error", "retry", "timeout", "breaker_open"), by_one=False),
    Pattern("overload", ("throttled", "retry", "timeout"), by_one=False),
    Pattern("credential attack", ("login_failed", "login_failed", "login_failed", "permission_denied_failed")),
    Pattern("exfiltration", ("prompt_injection", "data_access", "data_exfiltration")),
    Pattern("faulty change", ("change", "error", "breaker_open"), by_one=False),
)
LEAST_SUPPORT = 5
"""Sequences that must have shown a pattern before it is held to be one."""
LONGEST = 4
LEAST_STEPS = 3
CHANCE = 0.01
MOST_KEPT = 256
LONGEST_SEQUENCE = 12


@dataclass(frozen=True, slots=True)
class PatternBook:
    """How many sequences of a tenant showed each ordered run of steps; the rarest are forgotten (Space-Saving in spirit).

    A run counts once a sequence. Runs that are no more frequent than their steps alone would make them are no patterns.
    """

    sequences: int = 0
    counts: Mapping[tuple[str, ...], int] = field(default_factory=dict)

    def observe(self, sequences: Iterable[Sequence[str]]) -> "PatternBook":
        counts, seen = Counter(self.counts), self.sequences
        for sequence in sequences:
            counts.update(_runs(sequence))
            seen += 1
        kept = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_KEPT]
        return PatternBook(seen, dict(kept))

    def learned(self) -> list[Pattern]:
        """Runs of three steps or more that were seen often enough and beyond chance, longest first."""
        runs = [run for run, count in self.counts.items() if len(run) >= LEAST_STEPS and count >= LEAST_SUPPORT]
        found = [run for run in runs if self._chance(run) * len(self.counts) < CHANCE]
        return [Pattern("learned", run) for run in sorted(found, key=lambda run: (-len(run), run))]

    def _chance(self, run: tuple[str, ...]) -> float:
        """That so many sequences show it, if its steps came independently (in any order, which is only more likely)."""
        together = prod(self.counts.get((step,), self.sequences) / self.sequences for step in run)
        return binomial_tail(self.counts[run], self.sequences, together)


def _runs(sequence: Sequence[str]) -> set[tuple[str, ...]]:
    """Every ordered choice of up to four steps of the first dozen, a repetition of a step counted as one."""
    steps = [
        step for before, step in pairwise([None, *sequence[:LONGEST_SEQUENCE]]) if step is not None and step != before
    ]
    return {run for length in range(1, LONGEST + 1) for run in combinations(steps, length)}
