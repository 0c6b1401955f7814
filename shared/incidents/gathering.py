"""Groups that lead to somebody: what shares an indicator more often than so busy a time would bring by chance."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import prod

from shared.incidents.linking import Forest
from shared.incidents.signal import SECURITY, Signal, SignalKind
from shared.incidents.tails import binomial_tail

OTHERS = 100
"""How many others there are at least who could have been seen: the first threats of a quiet day say something, too."""
CHANCE = 0.001


@dataclass(frozen=True, slots=True)
class Gathering:
    """Signals in order, joined by indicators that stand out; `indicator` is that of most of them, `times` of how many."""

    signals: tuple[Signal, ...]
    indicator: str
    times: int
    chance: float


def gatherings(
    signals: Sequence[Signal], keys: Callable[[Signal], Iterable[str]], gap: timedelta, least: int
) -> Iterator[Gathering]:
    """Of signals in order, those that share a key at least `least` times, each at most `gap` after the one before.

    The chance that one of all keys gathers as many signals of each subject as came at that time is that of a binomial
    for each subject, times the keys: three breaches of one rule that everybody breaks say less than one each of three.
    """
    seen = Counter(_sort(key) for key in {key for signal in signals for key in keys(signal)})
    telling = [
        (key, run, chance)
        for key, run in _runs(signals, keys, gap, least)
        if (chance := _chance(signals, run, gap, OTHERS + seen[_sort(key)])) < CHANCE
    ]
    forest = Forest(len(signals))
    for _, run, _ in telling:
        for place in run[1:]:
            forest.join(run[0], place)
    for group in forest.groups():
        own = [(len(run), key, chance) for key, run, chance in telling if run[0] in group]
        times, indicator, chance = max(own, key=lambda each: (each[0], each[1]))
        yield Gathering(tuple(signals[place] for place in group), indicator, times, chance)


def _runs(
    signals: Sequence[Signal], keys: Callable[[Signal], Iterable[str]], gap: timedelta, least: int
) -> Iterator[tuple[str, list[int]]]:
    """The places of the signals of each key, cut where they are further apart than the gap."""
    places: dict[str, list[list[int]]] = {}
    for place, signal in enumerate(signals):
        for key in set(keys(signal)):
            runs = places.setdefault(key, [[]])
            if runs[-1] and signal.at - signals[runs[-1][-1]].at > gap:
                runs.append([])
            runs[-1].append(place)
    return ((key, run) for key, runs in sorted(places.items()) for run in runs if len(run) >= least)


def _chance(signals: Sequence[Signal], run: Sequence[int], gap: timedelta, seen: int) -> float:
    start, end = signals[run[0]].at - gap / 2, signals[run[-1]].at + gap / 2
    at_that_time = Counter(_subject(signal) for signal in signals if start <= signal.at <= end)
    own = Counter(_subject(signals[place]) for place in run)
    tails = (binomial_tail(count, at_that_time[subject], 1 / seen) for subject, count in own.items())
    return min(1.0, seen * prod(tails))


def _sort(key: str) -> str:
    """Of an indicator: users are told apart by other users, addresses by other addresses."""
    return key.partition(":")[0]


def _subject(signal: Signal) -> str:
    """Security's signals say the same of whoever they lead to; breaches differ by what was broken."""
    return "attack" if signal.kind in SECURITY - {SignalKind.PRIVACY} else signal.subject or signal.kind
