"""The measures of the M4 competition: sMAPE, MASE, MSIS, and Naive2, which its OWA compares with.

Makridakis, Spiliotis, Assimakopoulos, "The M4 Competition: 100,000 time series and 61 forecasting methods", 2020; the
seasonality test and the decomposition as in the competition's published benchmark code.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_Z_OF_90_PERCENT: Final = 1.645

Floats = NDArray[np.float64]


def smape(actual: Floats, forecast: Floats) -> float:
    """In percent."""
    return float(np.mean(200 * np.abs(actual - forecast) / (np.abs(actual) + np.abs(forecast))))


def seasonal_scale(history: Floats, season: int) -> float:
    """The mean absolute difference between hours a season apart: what MASE and MSIS divide by."""
    return float(np.abs(history[season:] - history[:-season]).mean())


def mase(actual: Floats, forecast: Floats, scale: float) -> float:
    return float(np.abs(actual - forecast).mean() / scale)


def msis(actual: Floats, lower: Floats, upper: Floats, scale: float, alpha: float = 0.05) -> float:
    """The mean scaled interval score: the width, and 2 / alpha for each unit by which an actual value lies outside."""
    outside = np.maximum(lower - actual, 0) + np.maximum(actual - upper, 0)
    return float(np.mean(upper - lower + 2 / alpha * outside) / scale)


def inside(actual: Floats, lower: Floats, upper: Floats) -> float:
    return float(np.mean((lower <= actual) & (actual <= upper)))


def naive2(history: Floats, horizon: int, season: int) -> Floats:
    """The last value, after classical multiplicative seasonal adjustment where the seasonality is significant."""
    if not is_seasonal(history, season):
        return np.full(horizon, history[-1])
    indices = _seasonal_indices(history, season)
    last = history[-1] / indices[(len(history) - 1) % season]
    return np.asarray(last * indices[(len(history) + np.arange(horizon)) % season])


def is_seasonal(history: Floats, season: int) -> bool:
    """M4's test: is the autocorrelation at one season beyond its 90 % limit (Bartlett)? Never below three seasons."""
    if len(history) < 3 * season:
        return False
    apart = history - history.mean()
    correlations = np.array([apart[lag:] @ apart[:-lag] for lag in range(1, season + 1)]) / (apart @ apart)
    limit = _Z_OF_90_PERCENT * np.sqrt((1 + 2 * np.sum(correlations[:-1] ** 2)) / len(history))
    return bool(abs(correlations[-1]) > limit)


def _seasonal_indices(history: Floats, season: int) -> Floats:
    """The mean ratio to the centred moving average by place in the season, their mean being 1."""
    half = season // 2
    window = np.full(season, 1.0) if season % 2 else np.concatenate([[0.5], np.ones(season - 1), [0.5]])
    ratio = history[half : len(history) - half] / np.convolve(history, window / season, "valid")
    places = (half + np.arange(len(ratio))) % season
    means = np.bincount(places, ratio, season) / np.bincount(places, minlength=season)
    return np.asarray(means / means.mean())
