"""Scores every series of a closed window in one pass: how unusual, what was expected, and of what kind.

Several views (shared/anomalies/views.py) say how far the window is from what is usual at its hour of the day and of late,
by value, level, change and unrest. The score is their mean surprise, the greatest and the least left out: how rare it is to
be so far out, for any series and for this one (shared/anomalies/surprise.py). What often jumps is not alerted for it again.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.anomalies.parameters import SHIPPED, Method, Parameters
from shared.anomalies.state import HOURS, DetectorState
from shared.anomalies.surprise import NAMES, counted, surprise
from shared.anomalies.transforms import Codes, Floats, Transform, backward, forward, grain
from shared.anomalies.views import Columns, Look, Seen, look

_MINUTES_AN_HOUR: Final = 60
_LOG_OF_GAUSS: Final = 2.0 * np.log(10.0)  # -log10 of a Gaussian's tail is about z * z over this
_GREATEST_Z: Final = 30.0


class Kind(IntEnum):
    """What is unusual about a window, by the view that says most; USUAL below the threshold."""

    USUAL = 0
    SPIKE = 1
    DROP = 2
    LEVEL_SHIFT = 3
    RATE_OF_CHANGE = 4
    SEASONAL = 5
    SILENCE = 6


_CHANGES: Final = [NAMES.index(name) for name in ("unrest", "change")]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a window looked like, an entry per series.

    `score` grows with how unusual the window is; 0 is usual or still learning, `Parameters.threshold` rings.
    `alert` says that the score reached the threshold and that no alert of late has told of it.
    `far` is the distance from what is expected, in halves of the usual interval: 1 is at its end.
    `expected`, `lower` and `upper` are in the measure's units and made before the window was seen; NaN while learning.
    """

    score: Floats
    alert: NDArray[np.bool_]
    expected: Floats
    lower: Floats
    upper: Floats
    kind: NDArray[np.int8]
    far: Floats


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
    filled = np.where(np.isnan(values) & (transforms == Transform.COUNT) & (old["seen"] > 0), 0.0, values)
    present = ~np.isnan(filled)
    window = Look(
        forward(np.where(present, filled, 0.0), transforms),
        grain(transforms),
        minutes // _MINUTES_AN_HOUR % HOURS,
        np.broadcast_to(resolution, len(values)).astype(np.float64),
    )
    seen = look(old, window, parameters)
    score, surprises = _score(seen, window, old, parameters)
    warm = _is_warm(state, minutes, parameters)
    score = np.where(warm & present, score, 0.0)
    alert = (score >= _threshold(threshold, parameters)) & is_news(score, minutes, window.period, old, parameters)
    new = seen.columns | {
        "first": np.where(old["seen"] > 0, old["first"], minutes),
        "minute": minutes,
        "alerted": np.where(alert, minutes, old["alerted"]),
        "alerted_score": np.where(alert, score, old["alerted_score"]),
        "counts": counted(_side_by_side(seen), old["counts"]),
    }
    silent = (transforms == Transform.COUNT) & (filled == 0.0)
    kind = np.where(alert, np.where(silent, Kind.SILENCE, _kind(seen, surprises)), Kind.USUAL).astype(np.int8)
    return _keep_absent(state, new, present), _judgement(score, alert, kind, seen, warm, transforms, parameters)


def _per_series(start: datetime | NDArray[np.int64], series: int) -> NDArray[np.int64]:
    if isinstance(start, datetime):
        return np.full(series, int(start.timestamp()) // 60, np.int64)
    return np.array(start, np.int64)


def _is_warm(state: DetectorState, minutes: NDArray[np.int64], parameters: Parameters) -> NDArray[np.bool_]:
    seen, first = state.columns["seen"], state.columns["first"]
    by_time = minutes - first >= _MINUTES_AN_HOUR * parameters.warm_up_hours
    enough = (seen >= HOURS) & by_time
    warm: NDArray[np.bool_] = enough | (seen >= parameters.warm_up_windows)
    return warm


def _threshold(threshold: float | Floats | None, parameters: Parameters) -> float | Floats:
    if parameters.method is Method.Z_SCORE:
        return float(parameters.z_score**2 / _LOG_OF_GAUSS)
    return parameters.threshold if threshold is None else threshold


def is_news(
    score: Floats, minutes: NDArray[np.int64], period: Floats, alerts: Columns, parameters: Parameters
) -> NDArray[np.bool_]:
    """No alert in the cool-down before, or none nearly so bad: `alerts` has when the last was, and its score."""
    hours = parameters.cool_down_hours * (_MINUTES_AN_HOUR / period) ** parameters.cool_down_power
    news: NDArray[np.bool_] = (minutes - alerts["alerted"] > _MINUTES_AN_HOUR * hours) | (
        score >= alerts["alerted_score"] + parameters.worse
    )
    return news


def _score(seen: Seen, window: Look, old: Columns, parameters: Parameters) -> tuple[Floats, Floats]:
    """The score, and how surprising each view finds the window."""
    surprises = surprise(_side_by_side(seen), old["counts"], parameters)
    if parameters.method is Method.Z_SCORE:
        z = np.minimum(np.abs(seen.distances["recent_deviation"]), _GREATEST_Z)
        return z * z / _LOG_OF_GAUSS, surprises
    often = parameters.often * np.log10(np.maximum(_MINUTES_AN_HOUR / window.period, 1.0))
    return parameters.unit * np.maximum(_trimmed_mean(surprises) - often, 0.0), surprises


def _trimmed_mean(surprises: Floats) -> Floats:
    """Without the greatest and the least: one view alone neither rings nor keeps quiet."""
    ends = surprises.max(axis=1) + surprises.min(axis=1)
    middle: Floats = (surprises.sum(axis=1) - ends) / (surprises.shape[1] - 2)
    return middle


def _side_by_side(seen: Seen) -> Floats:
    return np.stack([seen.distances[name] for name in NAMES], axis=1)


def _kind(seen: Seen, surprises: Floats) -> NDArray[np.int64]:
    """A value out of the ordinary is a spike, a drop or (not the first of them) a shift; else its change or hour is."""
    changed = np.isin(np.argmax(surprises, axis=1), _CHANGES)
    plain = np.where(seen.above > 0, Kind.SPIKE, Kind.DROP)
    unusual = np.where(seen.shifted, Kind.LEVEL_SHIFT, plain)
    return np.where(seen.ordinary, np.where(changed, Kind.RATE_OF_CHANGE, Kind.SEASONAL), unusual)


def _keep_absent(
    state: DetectorState, new: dict[str, NDArray[np.generic]], present: NDArray[np.bool_]
) -> DetectorState:
    """Series that were not seen stay as they were."""
    if present.all():
        return DetectorState({name: np.ascontiguousarray(new[name]) for name in state.columns})
    return DetectorState(
        {
            name: np.where(present.reshape(-1, *[1] * (column.ndim - 1)), new[name], column)
            for name, column in state.columns.items()
        }
    )


def _judgement(  # noqa: PLR0913, PLR0917 - the parts of one result
    score: Floats,
    alert: NDArray[np.bool_],
    kind: NDArray[np.int8],
    seen: Seen,
    warm: NDArray[np.bool_],
    transforms: Codes,
    parameters: Parameters,
) -> Judgement:
    half = parameters.interval_deviations * seen.spread
    expected, lower, upper = (
        np.where(warm, backward(judged, transforms), np.nan)
        for judged in (seen.expected, seen.expected - half, seen.expected + half)
    )
    return Judgement(score, alert, expected, lower, upper, kind, np.abs(seen.above) / half)
