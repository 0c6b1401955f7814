"""Scores every series of a closed window in one pass: how unusual, what was expected, and of what kind.

The score is a sum of views (shared/anomalies/views.py), each scaled and capped: how far the window is from what is usual
at its hour of the day and of late, and by how much it sets a record of level, change, residual or unrest. A record is
measured against the series' own past, so a series that often jumps is not alerted for jumping again.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.anomalies.parameters import SHIPPED, Method, Parameters, View
from shared.anomalies.state import HOURS, DetectorState
from shared.anomalies.transforms import Codes, Floats, Transform, backward, forward
from shared.anomalies.views import Look, Seen, look

_MINUTES_AN_HOUR: Final = 60
_LOG_OF_GAUSS: Final = 2.0 * np.log(10.0)  # -log10 of a Gaussian's tail is about z * z over this
_GREATEST_Z: Final = 30.0
_RECORDS: Final = frozenset(
    {"short_level_record", "long_level_record", "change_record", "seasonal_record", "recent_record", "unrest_record"}
)


class Kind(IntEnum):
    """What is unusual about a window, by the view that says most; USUAL below the threshold."""

    USUAL = 0
    SPIKE = 1
    DROP = 2
    LEVEL_SHIFT = 3
    RATE_OF_CHANGE = 4
    SEASONAL = 5
    SILENCE = 6


_CHANGES: Final = ("change_record", "unrest_record")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a window looked like, an entry per series.

    `score` grows with how unusual the window is; 0 is usual or still learning, `Parameters.threshold` rings.
    `alert` says that the score reached the threshold and is not held back by a greater one shortly before.
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
    filled = np.where(np.isnan(values) & (transforms == Transform.COUNT) & (old["seen"] > 0), 0.0, values)
    present = ~np.isnan(filled)
    window = Look(
        forward(np.where(present, filled, 0.0), transforms),
        minutes // _MINUTES_AN_HOUR % HOURS,
        np.broadcast_to(resolution, len(values)).astype(np.float64),
    )
    seen = look(old, window, parameters)
    score, parts = _score(seen, window, parameters)
    warm = _is_warm(state, minutes, parameters)
    score = np.where(warm & present, score, 0.0)
    elapsed = np.where(old["seen"] > 0, np.maximum(minutes - old["minute"], 0), 0)
    bar = old["held"] * np.exp(-elapsed / (_MINUTES_AN_HOUR * parameters.cool_down_hours))
    alert = (score >= _threshold(threshold, parameters)) & (score > bar)
    new = seen.columns | {
        "first": np.where(old["seen"] > 0, old["first"], minutes),
        "minute": minutes,
        "held": np.maximum(score, bar),
    }
    silent = (transforms == Transform.COUNT) & (filled == 0.0)
    kind = np.where(alert, np.where(silent, Kind.SILENCE, _kind(seen, parts)), Kind.USUAL).astype(np.int8)
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


def _score(seen: Seen, window: Look, parameters: Parameters) -> tuple[Floats, dict[str, Floats]]:
    """The score, and what each view adds to it."""
    if parameters.method is Method.Z_SCORE:
        z = np.minimum(seen.distances["recent_deviation"], _GREATEST_Z)
        return z * z / _LOG_OF_GAUSS, {"recent_deviation": z}
    hours = np.minimum(window.period / _MINUTES_AN_HOUR, 1.0)
    scale = {True: hours**parameters.often_record, False: hours**parameters.often_deviating}
    parts = {
        name: _part(distance, getattr(parameters, name)) * scale[name in _RECORDS]
        for name, distance in seen.distances.items()
    }
    return parameters.unit * np.sum(list(parts.values()), axis=0), parts


def _part(distance: Floats, view: View) -> Floats:
    return view.weight * np.minimum(distance / view.full, 1.0)


def _kind(seen: Seen, parts: dict[str, Floats]) -> NDArray[np.int64]:
    """A value out of the ordinary is a spike, a drop or (not the first of them) a shift; else its change or hour is."""
    names = list(parts)
    changed = np.isin(
        np.argmax(list(parts.values()), axis=0), [names.index(name) for name in _CHANGES if name in parts]
    )
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
    return Judgement(score, alert, expected, lower, upper, kind)
