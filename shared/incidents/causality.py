"""Whether one series helps to foretell another: Granger's test, with the common driver partialled out."""

import numpy as np
from numpy.typing import NDArray

from shared.incidents.tails import f_tail

Floats = NDArray[np.float64]
LAGS = 3
LEAST_WINDOWS = 30


def granger(cause: Floats, effect: Floats, driver: Floats | None = None, lags: int = LAGS) -> float:
    """The probability of so much help by chance: small if the past of `cause` foretells `effect` (Granger, 1969).

    Both are [T]; the past of `effect` and, if given, the past and present of `driver` (what moves both, such as all
    traffic) are accounted for first. 1.0 where fewer than 30 windows are known or a series does not move.
    """
    series = [effect, cause] if driver is None else [effect, cause, driver]
    known = np.array([_standardised(one) for one in series])
    if known.shape[1] - lags < LEAST_WINDOWS or not np.isfinite(known).all():
        return 1.0
    target = known[0, lags:]
    past = _past(known[0], lags)
    if driver is not None:
        past = np.column_stack([past, _past(known[2], lags), known[2, lags:]])
    with_cause = np.column_stack([past, _past(known[1], lags)])
    return _gain(_unexplained(past, target), _unexplained(with_cause, target), lags, len(target) - with_cause.shape[1])


def _standardised(series: Floats) -> Floats:
    """Gaps take the mean; NaN everywhere if the series does not move."""
    known = np.where(np.isfinite(series), series, np.nan)
    if not np.isfinite(known).any() or not np.nanstd(known) > 0:
        return np.full(len(series), np.nan)
    return np.asarray(np.nan_to_num((known - np.nanmean(known)) / np.nanstd(known)))


def _past(series: Floats, lags: int) -> Floats:
    """[T - lags, lags]: the values one, two, .. windows before."""
    return np.column_stack([series[lags - lag : len(series) - lag] for lag in range(1, lags + 1)])


def _unexplained(given: Floats, target: Floats) -> float:
    """The sum of squares that a linear regression leaves."""
    design = np.column_stack([np.ones(len(target)), given])
    weights, *_ = np.linalg.lstsq(design, target, rcond=None)
    return float(((target - design @ weights) ** 2).sum())


def _gain(without: float, having: float, added: int, left: int) -> float:
    if left <= 1:
        return 1.0
    if having <= 0:
        return 0.0
    return f_tail((without - having) / added / (having / (left - 1)), added, left - 1)
