"""One forecast out of many: each model weighs by how well it did at earlier origins, alone and together with the others."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_POWER: Final = 12.0
_TOGETHER: Final = 3.0
"""How far weights move towards those with which the models would have done best together."""
_MOVES: Final = 40
_ENOUGH: Final = 14

Floats = NDArray[np.float64]


def weights_of(errors: Floats) -> Floats:
    """From errors float64[origins, models, horizon] (NaN: not known), for each origin but from the others alone, and
    first for the present from all: float64[1 + origins, models]. Equal while nothing is known.

    A weight starts as a power of the model's mean absolute error, then follows the gradient of the squared error of the
    weighted mean for a while: exponentiated gradient descent, stopped early. Kivinen, Warmuth, "Exponentiated gradient
    versus gradient descent for linear predictors", 1997.
    """
    known = ~np.isnan(errors[:, :1])
    filled = np.where(known, errors, 0.0)
    weights = _alone(filled, known)
    products = _products(filled)
    least = np.einsum("omm->om", products).min(axis=1)
    rate = _TOGETHER / _MOVES / np.where(least > 0, least, 1.0)
    for _ in range(_MOVES if filled.any() else 0):
        slope = 2 * rate[:, None] * np.matmul(products, weights[..., None])[..., 0]
        weights *= np.exp(-np.minimum(slope - slope.min(axis=1, keepdims=True), 2.0))
        weights /= weights.sum(axis=1, keepdims=True)
    return weights


def leant(weights: Floats, errors: Floats, simple: int) -> Floats:
    """The weights moved towards the `simple` model, the less sure it is from origin to origin that they do better.

    With t the mean by which they do better over its standard error, the simple model gets up to exp(-t**2) of all: all of
    that with no earlier origin, nothing with _ENOUGH of them. Short and bursty series are no place for clever models.
    """
    known = ~np.isnan(errors[:, 0])
    lived = known.any(axis=1)
    if lived.sum() <= 1:
        return weights
    together = np.einsum("om,omh->oh", weights[1:], np.where(known[:, None], errors, 0.0))
    better = (np.where(known, np.abs(errors[:, simple]), 0.0) - np.abs(together)).sum(axis=1)[lived] / known.sum(
        axis=1
    )[lived]
    doubt = float(better.std(ddof=1)) / np.sqrt(len(better))
    surely = max(0.0, float(better.mean())) / doubt if doubt else 0.0
    share = max(0.0, 1 - float(lived.sum()) / _ENOUGH) * float(np.exp(-(surely**2))) if better.any() else 0.0
    leaning: Floats = weights * (1 - share)
    leaning[:, simple] += share
    return leaning


def _alone(errors: Floats, known: NDArray[np.bool_]) -> Floats:
    mean = _others(np.abs(errors).sum(axis=2)) / np.maximum(_others(known.sum(axis=2).astype(float)), 1.0)
    least = mean.min(axis=1, keepdims=True)
    ratio = np.where(mean > 0, least / np.where(mean > 0, mean, 1.0), 1.0)
    weights: Floats = np.maximum(ratio, 1e-6) ** _POWER
    weights /= weights.sum(axis=1, keepdims=True)
    return weights


def _products(errors: Floats) -> Floats:
    """Of each model's errors with each other's, an hour counting less where all are wrong: float64[1 + origins, m, m]."""
    hard = np.abs(errors).mean(axis=1, keepdims=True)
    usual = float(np.median(hard[hard > 0])) if hard.any() else 1.0
    fair = errors / np.sqrt(hard + usual)
    return _others(np.matmul(fair, fair.transpose(0, 2, 1)))


def _others(parts: Floats) -> Floats:
    """The sum over all origins, then for each origin that over the others."""
    total = parts.sum(axis=0)
    return np.concatenate([total[None], total - parts])
