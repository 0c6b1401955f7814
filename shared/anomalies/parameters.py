"""Every knob of the detector, in one place: one set for all series, all measures and both public benchmarks."""

from dataclasses import dataclass, field
from enum import StrEnum


class Method(StrEnum):
    """LEARNED is what ships; Z_SCORE is the classic rule, at `Parameters.z_score` standard deviations."""

    LEARNED = "learned"
    Z_SCORE = "z_score"


@dataclass(frozen=True, slots=True)
class View:
    """What a view adds to the score: `weight` once it is as far out as `full`, in proportion below."""

    full: float
    weight: float


@dataclass(frozen=True, slots=True)
class Parameters:
    method: Method = Method.LEARNED
    z_score: float = 3.0

    threshold: float = 5.0  # of the score: alert from here
    unit: float = 10.6  # of the score, for one unit of weight: makes the threshold 5
    warm_up_hours: float = 24.0  # a series is only learned from for so long
    warm_up_windows: int = 150  # or for so many windows, whichever is less
    cool_down_hours: float = 8.0  # time in which an alert's score, which later ones must beat, fades by e

    # Weights of a new window: the series' life, its season's residuals, its recent past, the recent record.
    life: float = 0.0005
    season: float = 0.002
    recent: float = 0.01
    fading: float = 0.005
    season_days: float = 7.0  # memory of an hour of the day
    short_windows: int = 12
    long_windows: int = 36

    # Windows shorter than an hour come more often; their views are scaled by (minutes / 60) to these powers.
    often_deviating: float = 0.35
    often_record: float = 0.16

    seasonal_deviation: View = field(default=View(full=16.0, weight=0.5))
    robust_deviation: View = field(default=View(full=20.0, weight=0.4))
    recent_deviation: View = field(default=View(full=6.0, weight=0.25))
    short_level_record: View = field(default=View(full=3.0, weight=1.3))
    long_level_record: View = field(default=View(full=3.0, weight=0.23))
    change_record: View = field(default=View(full=3.0, weight=1.6))
    seasonal_record: View = field(default=View(full=1.0, weight=0.32))
    recent_record: View = field(default=View(full=3.0, weight=0.18))
    unrest_record: View = field(default=View(full=0.3, weight=0.4))

    interval_deviations: float = 3.5  # half-width of the usual interval, in robust spreads


SHIPPED = Parameters()
