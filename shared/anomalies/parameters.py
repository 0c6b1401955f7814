"""Every knob of the detector, in one place: one set for all series, all measures and both public benchmarks."""

from dataclasses import dataclass
from enum import StrEnum


class Method(StrEnum):
    """LEARNED is what ships; Z_SCORE is the classic rule, at `Parameters.z_score` standard deviations."""

    LEARNED = "learned"
    Z_SCORE = "z_score"


@dataclass(frozen=True, slots=True)
class Parameters:
    method: Method = Method.LEARNED
    z_score: float = 3.0
    threshold: float = 5.0  # of the score: alert from here
    warm_up: int = 60  # windows that are only learned from
    forgetting: float = 0.01  # weight of a new window in level and variance
    cool_down_hours: float = 12.0  # in which an alert's score, fading, must be beaten
    coverage_deviations: float = 3.0  # half-width of the usual interval


SHIPPED = Parameters()
