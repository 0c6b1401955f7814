"""Every knob of the detector, in one place: one set for all series, all measures and both public benchmarks."""

from dataclasses import dataclass, field
from enum import StrEnum


class Method(StrEnum):
    """LEARNED is what ships; Z_SCORE is the classic rule, at `Parameters.z_score` standard deviations."""

    LEARNED = "learned"
    Z_SCORE = "z_score"


@dataclass(frozen=True, slots=True)
class View:
    """How far out windows of any series lie by a view: beyond d with chance 1 / (1 + (d / half) ** tail)."""

    half: float
    tail: float


@dataclass(frozen=True, slots=True)
class Parameters:
    method: Method = Method.LEARNED
    z_score: float = 3.0

    threshold: float = 5.0  # of the score: alert from here
    unit: float = 3.73  # of the score, for a mean surprise of 1: makes the threshold 5
    warm_up_hours: float = 24.0  # a series is only learned from for so long
    warm_up_windows: int = 150  # or for so many windows, whichever is less
    cool_down_hours: float = 4.3  # after an alert, of hourly windows; times (60 / minutes) ** cool_down_power
    cool_down_power: float = 0.25
    worse: float = 3.73  # by how much a score must be above the last alert's to alert in its cool-down

    # What any series shows against what this one has shown: windows after which they weigh the same, and windows that
    # the former counts for where the latter has shown nothing.
    trusted_after: float = 1500.0
    unseen: float = 10.0
    often: float = 0.25  # windows come more often than hourly ones: surprise taken off for log10 of how often

    # Weights of a new window: in the series' life and its recent past.
    life: float = 0.0005
    recent: float = 0.01
    season_days: float = 14.0  # memory of an hour of the day
    short_windows: int = 3
    long_windows: int = 12
    unrest_windows: int = 6

    seasonal_deviation: View = field(default=View(half=0.33, tail=1.8))
    recent_deviation: View = field(default=View(half=0.42, tail=1.95))
    robust_seasonal: View = field(default=View(half=0.5, tail=1.25))
    robust_recent: View = field(default=View(half=0.47, tail=1.25))
    short_level: View = field(default=View(half=0.64, tail=2.2))
    long_level: View = field(default=View(half=1.28, tail=2.65))
    unrest: View = field(default=View(half=0.49, tail=1.7))
    change: View = field(default=View(half=0.44, tail=1.7))

    interval_deviations: float = 3.5  # half-width of the usual interval, in robust spreads


SHIPPED = Parameters()
