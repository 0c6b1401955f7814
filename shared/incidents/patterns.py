"""Ordered sequences of steps that are known to belong together: a library, and those that a tenant's own past taught."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise


@dataclass(frozen=True, slots=True)
class Pattern:
    """Steps that follow each other, others in between allowed."""

    name: str
    steps: tuple[str, ...]

    def __str__(self) -> str:
        return " → ".join(self.steps)


LIBRARY = (
    Pattern("retry storm", ("error", "retry", "timeout", "breaker_open")),
    Pattern("overload", ("throttled", "retry", "timeout")),
    Pattern("credential attack", ("login_failed", "login_failed", "login_failed", "login")),
    Pattern("exfiltration", ("prompt_injection", "data_access", "data_exfiltration")),
    Pattern("faulty change", ("change", "error", "breaker_open")),
)
LEAST_SUPPORT = 5
"""Sequences that must have shown a pattern before it is held to be one."""
LONGEST = 4
LEAST_STEPS = 3
LEAST_LIFT = 2.0
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
        found = [run for run in runs if self._lift(run) > LEAST_LIFT]
        return [Pattern("learned", run) for run in sorted(found, key=lambda run: (-len(run), run))]

    def _lift(self, run: tuple[str, ...]) -> float:
        """How many times more often than if its steps came independently."""
        expected = float(self.sequences)
        for step in run:
            expected *= self.counts.get((step,), 0) / self.sequences
        return self.counts[run] / expected if expected else 0.0


def _runs(sequence: Sequence[str]) -> set[tuple[str, ...]]:
    """Every ordered choice of up to four steps of the first dozen, a repetition of a step counted as one."""
    steps = [
        step for before, step in pairwise([None, *sequence[:LONGEST_SEQUENCE]]) if step is not None and step != before
    ]
    return {run for length in range(1, LONGEST + 1) for run in combinations(steps, length)}
