"""Ridge autoregressions on subsets of lags, fitted for many rolling origins from one pass over the past.

A row of the regression is an hour: its own value and those of the `reach` hours before it. Rows are multiplied out into
Gram matrices of `step` rows each; what an origin may know is the sum of the blocks before it, and every subset of lags is
a submatrix of that. So an origin costs a small linear system, not a pass. Memory: (rows / step) * (reach + 2)**2 floats.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.forecasts.lags import Autoregression, Lags

_INTERCEPT_RIDGE: Final = 1e-6

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grams:
    """`blocks`: float64[blocks, reach + 2, reach + 2] over (lag 1 .. lag reach, one, the hour), the last ending now."""

    blocks: Floats
    reach: int

    @classmethod
    def of(cls, series: Floats, known: NDArray[np.bool_], reach: int, step: int) -> "Grams":
        """Rows whose hour is not known teach nothing; the oldest rows that fill no block are left out."""
        windows = np.lib.stride_tricks.sliding_window_view(series, reach + 1)
        used = len(windows) // step * step
        weight = known[len(known) - used :, None].astype(np.float64)
        rows = np.empty((used, reach + 2))
        rows[:, :reach] = windows[len(windows) - used :, reach - 1 :: -1] if reach else 0.0
        rows[:, reach] = 1.0
        rows[:, reach + 1] = windows[len(windows) - used :, reach]
        rows *= weight
        blocks = rows.reshape(-1, step, reach + 2)
        return cls(np.matmul(blocks.transpose(0, 2, 1), blocks), reach)

    def before(self, blocks_ago: NDArray[np.intp], memory: float) -> Floats:
        """What was known so many blocks ago, a block weighing `memory` times the one after it."""
        decayed = (
            self.blocks if memory == 1.0 else self.blocks * memory ** np.arange(len(self.blocks))[::-1, None, None]
        )
        return np.cumsum(decayed, axis=0)[len(self.blocks) - 1 - blocks_ago]


def coefficients(grams: Floats, lags: Lags, prior: Floats, ridge: float) -> Floats:
    """The ridge regression of each Gram matrix on `lags`: float64[origins, reach + 1], the intercept last."""
    reach = grams.shape[-1] - 2
    chosen = np.append(lags - 1, reach)
    system = grams[:, chosen[:, None], chosen]
    right = grams[:, chosen, reach + 1]
    rows = np.maximum(grams[:, reach, reach], 1.0)
    places = np.arange(len(lags))
    system[:, places, places] += ridge * rows[:, None]
    system[:, -1, -1] += _INTERCEPT_RIDGE * rows
    right[:, :-1] += ridge * rows[:, None] * prior
    solved = np.zeros((len(grams), reach + 1))
    solved[:, chosen] = np.linalg.solve(system, right[..., None])[..., 0]
    return solved


def iterated(series: Floats, origins: NDArray[np.intp], coefficients_: Floats, horizon: int) -> Floats:
    """Forecasts hour after hour, each from those before it: float64[origins, models, horizon].

    A forecast stays within half the range of the series beyond its extremes, so that none explodes.
    """
    reach = coefficients_.shape[-1] - 1
    half = (series.max() - series.min()) / 2
    lowest, highest = series.min() - half, series.max() + half
    hours = np.empty((*coefficients_.shape[:2], reach + horizon))
    hours[:, :, :reach] = series[origins[:, None] + np.arange(-reach, 0)][:, None]
    weights = np.ascontiguousarray(coefficients_[:, :, reach - 1 :: -1]) if reach else coefficients_[:, :, :0]
    for step in range(horizon):
        following = np.einsum("omp,omp->om", weights, hours[:, :, step : step + reach]) + coefficients_[:, :, reach]
        hours[:, :, reach + step] = np.clip(following, lowest, highest)
    return hours[:, :, reach:]


def autoregressive_forecasts(  # noqa: PLR0913
    series: Floats,
    known: NDArray[np.bool_],
    models: Sequence[Autoregression],
    origins: NDArray[np.intp],
    *,
    step: int,
    horizon: int,
    day: int,
    week: int,
    reach: int,
) -> Floats:
    """Each model at each origin, which are whole steps before the end: float64[origins, models, horizon]."""
    grams = Grams.of(series, known, reach, step)
    ago = (len(series) - origins) // step
    pasts = {memory: grams.before(ago, memory) for memory in {model.memory for model in models}}
    fitted = [_fit(model, pasts[model.memory], day, week) for model in models]
    return iterated(series, origins, np.stack(fitted, axis=1), horizon)


def _fit(model: Autoregression, grams: Floats, day: int, week: int) -> Floats:
    lags = model.lags(day, week, grams.shape[-1] - 2)
    return coefficients(grams, lags, model.prior(lags, day, week), model.ridge)
