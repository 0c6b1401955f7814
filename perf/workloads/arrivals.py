"""When requests arrive: a daily cycle, quiet week-ends, and bursts, as the published LLM traces show them."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from math import cos, pi
from random import Random

MINUTE = timedelta(minutes=1)
PEAK_HOUR = 14.5
WEEKEND = 0.45
BURST_SIZE = (2.0, 6.0)
BURST_MINUTES = (2, 8)


@dataclass(frozen=True, slots=True)
class Bursts:
    """How uneven the minutes are."""

    chance: float = 0.01  # that a burst begins in a minute
    evenness: float = 4.0  # shape of the gamma noise of a minute: smaller is burstier


AS_PUBLISHED = Bursts()


def arrivals(
    random: Random, start: datetime, end: datetime, requests: int, bursts: Bursts = AS_PUBLISHED
) -> list[datetime]:
    """`requests` instants in [start, end), in order."""
    weights = _minute_weights(random, start, end, bursts)
    totals = list(accumulate(weights))
    return [
        _instant(draw * totals[-1], totals, start, end) for draw in sorted(random.random() for _ in range(requests))
    ]


def _minute_weights(random: Random, start: datetime, end: datetime, bursts: Bursts) -> list[float]:
    minutes = max(1, -(-(end - start) // MINUTE))
    burst, left, weights = 1.0, 0, []
    for minute in range(minutes):
        if not left and random.random() < bursts.chance:
            burst, left = random.uniform(*BURST_SIZE), random.randint(*BURST_MINUTES)
        noise = random.gammavariate(bursts.evenness, 1 / bursts.evenness)
        weights.append(_cycle(start + minute * MINUTE) * noise * (burst if left else 1))
        left = max(0, left - 1)
    return weights


def _cycle(at: datetime) -> float:
    """Nights at a fifth of the daily peak."""
    hours = at.hour + at.minute / 60 - PEAK_HOUR
    daily = 0.6 + 0.4 * cos(2 * pi * hours / 24)
    return daily * (WEEKEND if at.weekday() >= 5 else 1)


def _instant(target: float, totals: list[float], start: datetime, end: datetime) -> datetime:
    minute = min(bisect_right(totals, target), len(totals) - 1)
    before = totals[minute - 1] if minute else 0.0
    share = (target - before) / (totals[minute] - before)
    return min(start + (minute + share) * MINUTE, end - timedelta(microseconds=1))
