"""Kinds of signals that come together more often than chance would bring them; no cause is implied."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations

from shared.incidents.correlation import Finding
from shared.incidents.linking import Forest
from shared.incidents.scene import Scene
from shared.incidents.signal import Component, Signal, SignalKind, in_order
from shared.incidents.tails import binomial_tail, discoveries

NEAR = timedelta(seconds=60)
LEAST_EACH = 3
LEAST_SHARE = 0.6
"""Of the rarer stream's signals that must have one of the other near."""
LEAST_LIFT = 2.0
"""Over what even arrivals would bring: traffic comes in bursts, and all streams with it."""
FALSE_DISCOVERIES = 0.01
MOST_STREAMS = 40

Stream = tuple[SignalKind, Component | None]


def co_occurrences(scene: Scene) -> Iterator[Finding]:
    """Streams are signals of one kind about one component; those that go together pairwise form one finding."""
    streams = _streams(scene.signals)
    names = sorted(streams, key=lambda name: (-len(streams[name]), str(name)))[:MOST_STREAMS]
    if not names:
        return
    span = scene.signals[-1].at - scene.signals[0].at
    pairs = list(combinations(range(len(names)), 2))
    found = [_together(streams[names[one]], streams[names[other]], span) for one, other in pairs]
    standing = discoveries([chance for chance, _ in found], FALSE_DISCOVERIES)
    forest = Forest(len(names))
    for (one, other), (_, share), stands in zip(pairs, found, standing, strict=True):
        if stands and share >= LEAST_SHARE:
            forest.join(one, other)
    shares = {pair: share for pair, (_, share) in zip(pairs, found, strict=True)}
    chances = {pair: chance for pair, (chance, _) in zip(pairs, found, strict=True)}
    for group in forest.groups():
        inside = [pair for pair in combinations(group, 2) if shares[pair] >= LEAST_SHARE]
        yield _finding(
            [streams[names[place]] for place in group],
            sum(shares[pair] for pair in inside) / len(inside),
            max(chances[pair] for pair in inside),
        )


def _streams(signals: Sequence[Signal]) -> dict[Stream, list[Signal]]:
    streams: dict[Stream, list[Signal]] = {}
    for signal in signals:
        streams.setdefault((signal.kind, signal.components[0] if signal.components else None), []).append(signal)
    return {name: stream for name, stream in streams.items() if len(stream) >= LEAST_EACH}


def _together(one: Sequence[Signal], other: Sequence[Signal], span: timedelta) -> tuple[float, float]:
    """The chance that so many of the rarer stream have one of the other in the minute after, or before, and their share."""
    rare, common = sorted((one, other), key=len)
    times = [signal.at for signal in common]
    after = sum(_any_between(times, signal.at, signal.at + NEAR) for signal in rare)
    before = sum(_any_between(times, signal.at - NEAR, signal.at) for signal in rare)
    near = max(after, before)
    at_random = 1 - (1 - min(NEAR / max(span, NEAR), 1.0)) ** len(common)
    if near < LEAST_LIFT * at_random * len(rare):
        return 1.0, near / len(rare)
    return min(1.0, 2 * binomial_tail(near, len(rare), at_random)), near / len(rare)


def _any_between(times: Sequence[datetime], start: datetime, end: datetime) -> bool:
    return bisect_left(times, start) < bisect_right(times, end)


def _finding(streams: Sequence[Sequence[Signal]], share: float, chance: float) -> Finding:
    signals = in_order(signal for stream in streams for signal in stream)
    kinds = ", ".join(sorted({f"{stream[0].kind}" for stream in streams}))
    return Finding(
        signals,
        weight=share,
        confidence=1 - chance,
        reason=f"{len(streams)} streams of signals ({kinds}) came within a minute of each other in {share:.0%} of cases",
        evidence={"streams": len(streams), "p": chance},
    )
