"""Several looks at one window of every series: each says how far out it is, then learns from it.

A view takes what is remembered (`Columns`) and the window (`Look`), and answers how far out the window is, in spreads of
the series, and the columns as they are after it. The tested window never counts into what it is compared with.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shared.anomalies.parameters import Parameters
from shared.anomalies.state import LATEST
from shared.anomalies.transforms import Floats

Columns = dict[str, NDArray[Any]]
_MAD_TO_DEVIATION: Final = 1.4826
_ROUNDING: Final = 1e-9  # of a value: smaller differences are the arithmetic's
_SINGLE_ROUNDING: Final = 1e-6
_LEAST: Final = 1e-100  # what distances are divided by at least
_ORDINARY: Final = 3.0  # deviations from the life's mean
_SHIFTED: Final = 1.5


@dataclass(frozen=True, slots=True)
class Look:
    """One window: values on the scale where they are judged and their grain, hour of the day (UTC), minutes a window."""

    value: Floats
    grain: Floats
    hour: NDArray[np.int64]
    period: Floats


@dataclass(frozen=True, slots=True)
class Seen:
    """What the views saw: signed distances by the names of `Parameters`' views, direction, expectation and spread."""

    distances: dict[str, Floats]
    above: Floats
    expected: Floats
    spread: Floats
    ordinary: NDArray[np.bool_]  # the value itself is one that the series often has
    shifted: NDArray[np.bool_]  # the windows before were already out, on the same side
    columns: Columns


def look(old: Columns, window: Look, parameters: Parameters) -> Seen:
    """All views of one window; values times a constant give the same distances."""
    x, count = window.value, old["seen"]
    new: Columns = {"seen": count + 1, "last": x}
    life = _spread(old["life_variance"], old["life_mean"])
    change = np.where(count > 0, x - old["last"], 0.0)
    residual = _seasonal(old, new, window, parameters)
    residuals = np.sqrt(old["residual_variance"]) + 0.02 * life
    middle, spread = _robust(old["residuals"], count)
    spread = np.maximum(np.maximum(spread, 0.1 * residuals), window.grain)
    _average(old, new, "life", x, parameters.life)
    _average(old, new, "recent", x, parameters.recent)
    _average(old, new, "residual", residual, parameters.life)
    distances = {
        "seasonal_deviation": (residual - old["residual_mean"]) / residuals,
        "recent_deviation": (x - old["recent_mean"]) / (np.sqrt(old["recent_variance"]) + _ROUNDING * life + _LEAST),
        "robust_seasonal": (residual - middle) / spread,
        "robust_recent": _from_median(old["values"], count, window, life),
        "short_level": _level(old, new, "short_level", residual, parameters.short_windows) / residuals,
        "long_level": _level(old, new, "long_level", residual, parameters.long_windows) / residuals,
        "unrest": _unrest(old, new, "unrest", residual, parameters) / (old["unrest_life"] + 0.01 * life),
        "change": _unrest(old, new, "change", change, parameters) / (old["change_life"] + 0.01 * life),
    }
    new["residuals"] = _remembered(old["residuals"], count, residual)
    new["values"] = _remembered(old["values"], count, x)
    above = residual - middle
    ordinary = np.abs(x - old["life_mean"]) < _ORDINARY * life
    shifted = old["long_level"] * np.sign(above) > _SHIFTED * residuals
    return Seen(distances, above, x - residual + middle, spread, ordinary, shifted, new)


def _spread(variance: Floats, mean: Floats) -> Floats:
    """Standard deviation, never quite zero: a constant series is compared with its rounding errors."""
    return np.sqrt(variance) + _ROUNDING * np.abs(mean) + _LEAST


def _average(old: Columns, new: Columns, name: str, x: Floats, weight: float) -> None:
    """Mean and variance, exponentially weighted; plain ones until the series is 1/weight windows old."""
    mean, variance = old[f"{name}_mean"], old[f"{name}_variance"]
    share = np.maximum(weight, 1.0 / (old["seen"] + 1.0))
    step = x - mean
    new[f"{name}_mean"] = mean + share * step
    new[f"{name}_variance"] = (1.0 - share) * (variance + share * step * step)


def _seasonal(old: Columns, new: Columns, window: Look, parameters: Parameters) -> Floats:
    """The value above what is usual at its hour of the day, or of late at an hour never seen. Outliers teach little."""
    rows = np.arange(len(window.value))
    mean, spread = old["hour_mean"][rows, window.hour], old["hour_spread"][rows, window.hour].astype(np.float64)
    seen = old["hour_seen"][rows, window.hour]
    residual = window.value - np.where(seen > 0, mean, np.where(old["seen"] > 0, old["recent_mean"], window.value))
    an_hour = 60.0 / window.period
    share = np.maximum(1.0 / (seen + 1.0), 1.0 / np.maximum(1.0, parameters.season_days * an_hour))
    bound = np.where(seen < an_hour, np.inf, 3.0 * spread)
    step = np.where(seen > 0, np.clip(residual, -bound, bound), window.value)
    for name, value in (
        ("hour_mean", mean + share * step),
        ("hour_spread", spread + share * (np.abs(residual) - spread)),
        ("hour_seen", seen + 1),
    ):
        new[name] = old[name].copy()
        new[name][rows, window.hour] = value
    return residual


def _from_median(values: NDArray[np.float32], count: NDArray[np.int32], window: Look, life: Floats) -> Floats:
    """How far the value is from the latest ones' median, in the precision in which they are remembered."""
    middle, spread = _robust(values, count)
    least = np.maximum(np.maximum(0.1 * life, window.grain), _SINGLE_ROUNDING * np.abs(middle))
    distance: Floats = (window.value.astype(np.float32) - middle) / np.maximum(spread, least)
    return distance


def _robust(residuals: NDArray[np.float32], count: NDArray[np.int32]) -> tuple[Floats, Floats]:
    """Median of the latest residuals and their median distance from it as a standard deviation; zeros of none."""
    known = np.minimum(count, LATEST)
    ordered = np.sort(residuals, axis=1)  # NaN is last
    middle = _middle(ordered, known)
    distance = np.sort(np.abs(ordered - middle[:, None]), axis=1)
    return middle.astype(np.float64), _MAD_TO_DEVIATION * _middle(distance, known).astype(np.float64)


def _middle(ordered: NDArray[np.float32], known: NDArray[np.int32]) -> NDArray[np.float32]:
    rows = np.arange(len(ordered))
    low, high = ordered[rows, np.maximum(known - 1, 0) // 2], ordered[rows, np.minimum(known, LATEST - 1) // 2]
    return np.where(known > 0, (low + high) * np.float32(0.5), np.float32(0.0))


def _remembered(residuals: NDArray[np.float32], count: NDArray[np.int32], residual: Floats) -> NDArray[np.float32]:
    after = residuals.copy()
    after[np.arange(len(residual)), count % LATEST] = residual
    return after


def _level(old: Columns, new: Columns, name: str, residual: Floats, windows: int) -> Floats:
    """The mean residual of the last windows and this one, in a mean's own deviations."""
    share = np.maximum(1.0 / windows, 1.0 / (old["seen"] + 1.0))
    new[name] = old[name] + share * (residual - old[name])
    level: Floats = new[name] * np.sqrt(windows)
    return level


def _unrest(old: Columns, new: Columns, name: str, x: Floats, parameters: Parameters) -> Floats:
    """The mean size of the last windows and this one; what it is in the series' life is learned."""
    for column, weight in ((name, 1.0 / parameters.unrest_windows), (f"{name}_life", parameters.life)):
        share = np.maximum(weight, 1.0 / (old["seen"] + 1.0))
        new[column] = old[column] + share * (np.abs(x) - old[column])
    lately: Floats = new[name]
    return lately
