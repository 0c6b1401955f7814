"""The models everybody knows, for many origins at once: each turns the past of an origin into the hours after it."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

_DAMPING: Final = 0.98
_LEARNING: Final = 0.3

Floats = NDArray[np.float64]
Model = Callable[[Floats, int, int, int], Floats]
"""(past, horizon, hours of a day, hours of a week) -> the hours after the past."""


def last_value(past: Floats, horizon: int, day: int, week: int) -> Floats:  # noqa: ARG001
    """Tomorrow is like the last hour."""
    return np.full(horizon, past[-1])


def moving_average(past: Floats, horizon: int, day: int, week: int) -> Floats:  # noqa: ARG001
    """The mean of the last day, for every hour."""
    return np.full(horizon, past[-day:].mean())


def exponential_smoothing(past: Floats, horizon: int, day: int, week: int) -> Floats:  # noqa: ARG001
    """A mean whose weights fall by 30 % an hour."""
    recent = past[-168:]
    weights = (1 - _LEARNING) ** np.arange(len(recent))[::-1]
    return np.full(horizon, recent @ weights / weights.sum())


def damped_trend(past: Floats, horizon: int, day: int, week: int) -> Floats:  # noqa: ARG001
    """The mean of the last day, going on as it grew since the day before, ever slower."""
    level = past[-day:].mean()
    before = past[-2 * day : -day]
    slope = (level - before.mean()) / day if len(before) == day else 0.0
    forecast: Floats = level + slope * np.cumsum(_DAMPING ** np.arange(1, horizon + 1))
    return forecast


def daily_naive(past: Floats, horizon: int, day: int, week: int) -> Floats:  # noqa: ARG001
    """The same hour of the last day."""
    return _repeated(past, day, horizon)


def weekly_naive(past: Floats, horizon: int, day: int, week: int) -> Floats:
    """The same hour of the last week, or of the last day while there is no week."""
    return _repeated(past, week if len(past) >= week else day, horizon)


def daily_profile(past: Floats, horizon: int, day: int, week: int) -> Floats:  # noqa: ARG001
    """The mean of up to seven days, hour by hour."""
    return np.resize(_profile(past, day, 7).mean(axis=0), horizon)


def recent_profile(past: Floats, horizon: int, day: int, week: int) -> Floats:  # noqa: ARG001
    """The same, moved half of the way to the level of the last day."""
    table = _profile(past, day, 7)
    return np.resize(table.mean(axis=0) + (table[-1].mean() - table.mean()) / 2, horizon)


def smoothed_profile(past: Floats, horizon: int, day: int, week: int) -> Floats:  # noqa: ARG001
    """Each hour of the day smoothed from day to day, the weights falling by 30 % a day."""
    table = _profile(past, day, 14)
    weights = (1 - _LEARNING) ** np.arange(len(table))[::-1]
    return np.resize(weights @ table / weights.sum(), horizon)


def weekly_profile(past: Floats, horizon: int, day: int, week: int) -> Floats:
    """The mean of up to four weeks, hour by hour, moved to the level of the last week."""
    weeks = min(4, len(past) // week)
    if not weeks:
        return daily_naive(past, horizon, day, week)
    table = past[-weeks * week :].reshape(weeks, week)
    profile = table.mean(axis=0) - table.mean() + table[-1].mean()
    return np.resize(profile, horizon)


def _profile(past: Floats, day: int, most: int) -> Floats:
    """The last days, one a row; what there is of the first while there is no whole one."""
    days = min(most, len(past) // day)
    return past[-days * day :].reshape(days, day) if days else np.resize(past, (1, day))


def _repeated(past: Floats, season: int, horizon: int) -> Floats:
    return np.resize(past[-season:], horizon)


DAILY: Final[Mapping[str, Model]] = {
    "last value": last_value,
    "moving average": moving_average,
    "exponential smoothing": exponential_smoothing,
    "damped trend": damped_trend,
    "seasonal naive": daily_naive,
    "daily profile": daily_profile,
    "recent profile": recent_profile,
    "smoothed profile": smoothed_profile,
}
WEEKLY: Final[Mapping[str, Model]] = {"weekly naive": weekly_naive, "weekly profile": weekly_profile}
PLAIN: Final[Mapping[str, Model]] = {**DAILY, **WEEKLY}


def tried(origins: NDArray[np.intp], week: int) -> Mapping[str, Model]:
    """The models that at least half of the origins can judge: those by the week need one before them."""
    return PLAIN if origins[len(origins) // 2] >= week else DAILY


def plain_forecasts(  # noqa: PLR0913, PLR0917 (models, where and how far)
    models: Mapping[str, Model], series: Floats, origins: NDArray[np.intp], horizon: int, day: int, week: int
) -> Floats:
    """One row for each origin, one plane for each model: float64[origins, models, horizon]."""
    return np.array([[model(series[:origin], horizon, day, week) for model in models.values()] for origin in origins])
