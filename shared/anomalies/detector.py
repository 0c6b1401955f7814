"""Scores every series of a closed window in one pass: how unusual, what was expected, and of what kind."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.anomalies.parameters import SHIPPED, Parameters
from shared.anomalies.state import DetectorState
from shared.anomalies.transforms import Codes, Floats, Transform, backward, forward

_GREATEST: Final = 30.0
_TINY: Final = 1e-12


class Kind(IntEnum):
    """What is unusual about a window, the most telling of the detector's views; USUAL below the threshold."""

    USUAL = 0
    SPIKE = 1
    DROP = 2
    LEVEL_SHIFT = 3
    RATE_OF_CHANGE = 4
    SEASONAL = 5
    SILENCE = 6


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a window looked like, an entry per series.

    `score` is about -log10 of the chance to see so unusual a window in a usual series: 0 for usual or still learning.
    `alert` says that the score reached the threshold and is not held back by an alert shortly before.
    `expected`, `lower` and `upper` are in the measure's units and made before the window was seen; NaN while learning.
    """

    score: Floats
    alert: NDArray[np.bool_]
    expected: Floats
    lower: Floats
    upper: Floats
    kind: NDArray[np.int8]


def judge(  # noqa: PLR0913, PLR0917 - the window, its values and how to look at them
    state: DetectorState,
    window_start: datetime | NDArray[np.int64],
    resolution: int | NDArray[np.int64],
    values: Floats,
    transforms: Codes,
    parameters: Parameters = SHIPPED,
    threshold: float | Floats | None = None,
) -> tuple[DetectorState, Judgement]:
    """Judges `values` [S] by what `state` knows of the windows before, then learns from them.

    `window_start` and `resolution` (minutes) are one for all series, or per series in minutes since 1970. A value of NaN
    means that nothing was seen: zero for a COUNT that has lived, else the window is skipped. Infinity is a ValueError.
    `threshold` raises or lowers the bar, for all or by series. The series are independent of each other.
    """
    if np.isinf(values).any():
        raise ValueError("a window's value is infinite")
    minutes = _per_series(window_start, len(values))
    old = state.columns
    lived = old["seen"] > 0
    filled = np.where(np.isnan(values) & (transforms == Transform.COUNT) & lived, 0.0, values)
    present = ~np.isnan(filled)
    judged = np.where(present, forward(filled, transforms), 0.0)
    spread = np.sqrt(old["variance"]) + _TINY * (1.0 + np.abs(old["level"]))
    deviation = judged - old["level"]
    z = deviation / spread
    warm = old["seen"] >= parameters.warm_up
    score = np.where(
        warm & present & (np.abs(deviation) > 1e-9 * np.abs(old["level"])), np.minimum(z * z / 4.6, _GREATEST), 0.0
    )
    bar = parameters.threshold if threshold is None else threshold
    alert = (score >= bar) & (score > old["held"])
    elapsed = np.maximum(minutes - old["minute"], np.broadcast_to(resolution, len(values)))
    held = np.where(alert, score, old["held"] * np.exp(-elapsed / (60.0 * parameters.cool_down_hours)))
    weight = np.maximum(parameters.forgetting, 1.0 / (old["seen"] + 1.0))
    step = np.clip(deviation, -5 * spread, 5 * spread) if parameters.warm_up == 0 else deviation
    level = old["level"] + np.where(present, weight * step, 0.0)
    variance = np.where(present, (1 - weight) * (old["variance"] + weight * step * step), old["variance"])
    silent = (transforms == Transform.COUNT) & (filled == 0.0)
    kind = np.where(alert, np.where(silent, Kind.SILENCE, np.where(z > 0, Kind.SPIKE, Kind.DROP)), Kind.USUAL)
    half = parameters.coverage_deviations * spread
    known = np.where(warm, 1.0, np.nan)
    judgement = Judgement(
        score=score,
        alert=alert,
        expected=backward(old["level"], transforms) * known,
        lower=backward(old["level"] - half, transforms) * known,
        upper=backward(old["level"] + half, transforms) * known,
        kind=kind.astype(np.int8),
    )
    seen = old["seen"] + present.astype(np.int32)
    return DetectorState(
        {"seen": seen, "minute": minutes.copy(), "level": level, "variance": variance, "held": held}
    ), judgement


def _per_series(start: datetime | NDArray[np.int64], series: int) -> NDArray[np.int64]:
    if isinstance(start, datetime):
        return np.full(series, int(start.timestamp()) // 60, np.int64)
    return np.broadcast_to(start, series)
