"""One forecast out of many: each model weighs by how well it did at the earlier origins."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_POWER: Final = 8.0

Floats = NDArray[np.float64]


def weights_of(errors: Floats) -> Floats:
    """From absolute errors float64[origins, models, horizon] (NaN: not known), for each origin but from the others alone,
    and first for the present from all: float64[1 + origins, models]. Equal while nothing is known.
    """
    known = ~np.isnan(errors)
    total, count = np.where(known, errors, 0.0).sum(axis=2), known.sum(axis=2)
    totals = np.concatenate([total.sum(axis=0)[None], total.sum(axis=0) - total])
    counts = np.concatenate([count.sum(axis=0)[None], count.sum(axis=0) - count])
    mean = totals / np.maximum(counts, 1)
    least = mean.min(axis=1, keepdims=True)
    ratio = np.where(mean > 0, least / np.where(mean > 0, mean, 1.0), 1.0)
    weights: Floats = np.maximum(ratio, 1e-6) ** _POWER
    weights /= weights.sum(axis=1, keepdims=True)
    return weights
