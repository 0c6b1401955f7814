"""A known sequence of steps, run through by what shares a component, a trace or an indicator."""

from collections.abc import Hashable, Iterator, Sequence
from datetime import timedelta

from shared.incidents.correlation import Finding, saturating
from shared.incidents.patterns import Pattern
from shared.incidents.scene import Scene
from shared.incidents.signal import Signal

WITHIN = timedelta(minutes=5)


def matched_patterns(scene: Scene) -> Iterator[Finding]:
    """Each run of a pattern once; a run that a longer pattern contains is not told again."""
    told: set[str] = set()
    for pattern in sorted(scene.patterns, key=lambda pattern: -len(pattern.steps)):
        for threaded in _threads(scene, pattern):
            for run in _runs(threaded, pattern):
                if any(signal.id in told for signal in run):
                    continue
                told.update(signal.id for signal in run)
                yield _finding(run, pattern)


def _threads(scene: Scene, pattern: Pattern) -> Iterator[list[Signal]]:
    threads: dict[Hashable, list[Signal]] = {}
    for signal in scene.only(lambda signal: signal.step in pattern.steps):
        components = () if pattern.by_one else signal.components
        for key in {signal.correlation_id, *components, *signal.indicators} - {None}:
            threads.setdefault(key, []).append(signal)
    yield from threads.values()


def _runs(signals: Sequence[Signal], pattern: Pattern) -> Iterator[list[Signal]]:
    """Greedily, from the latest first step before the second, none overlapping another."""
    run: list[Signal] = []
    for signal in signals:
        is_late = bool(run) and signal.at - run[0].at > WITHIN
        if is_late or (len(run) == 1 and signal.step == pattern.steps[0] != pattern.steps[1]):
            run = []
        if signal.step == pattern.steps[len(run)]:
            run.append(signal)
        if len(run) == len(pattern.steps):
            yield run
            run = []


def _finding(run: Sequence[Signal], pattern: Pattern) -> Finding:
    seconds = (run[-1].at - run[0].at).total_seconds()
    return Finding(
        run,
        weight=saturating(len(run), 3),
        confidence=1 - 0.5 ** len(run),
        reason=f"the sequence '{pattern.name}' ({pattern}) ran through in {seconds:.0f} s",
        evidence={"pattern": pattern.name, "steps": str(pattern)},
    )
