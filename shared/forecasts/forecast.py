"""The next hours of a series, each with a prediction interval, from nothing but its own past."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.forecasts.autoregression import autoregressive_forecasts
from shared.forecasts.bounds import Bounds
from shared.forecasts.ensemble import leant, weights_of
from shared.forecasts.history import History
from shared.forecasts.lags import AUTOREGRESSIONS
from shared.forecasts.origins import Origins
from shared.forecasts.plain import PLAIN, plain_forecasts, tried
from shared.forecasts.scale import Scale

ENSEMBLE: Final = "ensemble"
SIMPLE: Final = "recent profile"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Backtest:
    """How the same model did at `origins` earlier moments, each knowing only what came before it.

    `error`: mean absolute error in the measure's units; `coverage`: share of the actual hours inside the intervals, each
    made without the origin it is judged on; both NaN while there was no earlier moment. `weights`: each model's share.
    """

    origins: int
    error: float
    coverage: float
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Forecast:
    """`point`, `lower` and `upper`: float64[horizon], in the measure's units; `coverage`: what the interval promises.

    `paths`: float64[origins, horizon], what would come if the errors of an earlier moment came again, NaN beyond what
    that moment has lived to see, or where a gap was. `floor`: no value is below it.
    """

    point: Floats
    lower: Floats
    upper: Floats
    coverage: float
    model: str
    backtest: Backtest
    paths: Floats
    floor: float | None


def forecast(  # noqa: PLR0913 (what a caller may choose)
    history: Floats,
    *,
    horizon: int,
    coverage: float = 0.95,
    seasons: tuple[int, int] = (24, 168),
    floor: float | None = 0.0,
    model: str = ENSEMBLE,
) -> Forecast:
    """The `horizon` hours after `history` (float64[hours], oldest first, NaN a gap).

    `seasons`: hours of a day and of a week. `floor`: no value is ever below it (counts, money, tokens: 0), None when values
    may be anything. `model`: the ensemble, or the name of one of PLAIN. Raises NotEnoughData, RejectedError.
    """
    day, week = seasons
    past = History.of(history if floor is None else np.maximum(history, floor), day=day, horizon=horizon)
    scale = Scale.of(past.values[past.known], floor)
    series = scale.scores(past.values)
    origins = Origins.of(len(past), horizon, day, week)
    names, made = _candidates(past.tamed(series, day), past.known, origins, horizon, seasons, model)
    actual = origins.actual(series, past.known, horizon)[1:]
    errors = made[1:] - actual[:, None]
    weights = weights_of(errors)
    if model == ENSEMBLE:
        weights = leant(weights, errors, names.index(SIMPLE))
    combined = np.einsum("om,omh->oh", weights, made)
    bounds = Bounds.of(scale, combined, actual, origins.at, day, floor)
    lower, upper = bounds.interval(coverage)
    shares = dict(zip(names, weights[0].tolist(), strict=True))
    backtest = Backtest(len(actual), bounds.error(), bounds.held(coverage), shares)
    return Forecast(bounds.point, lower, upper, coverage, model, backtest, bounds.paths(), floor)


def forecasts(histories: Sequence[Floats] | Floats, *, horizon: int, coverage: float = 0.95) -> Iterator[Forecast]:
    """One series after the other."""
    return (forecast(history, horizon=horizon, coverage=coverage) for history in histories)


def _candidates(  # noqa: PLR0913, PLR0917 (the past, and what to make of it)
    series: Floats, known: NDArray[np.bool_], origins: Origins, horizon: int, seasons: tuple[int, int], model: str
) -> tuple[list[str], Floats]:
    day, week = seasons
    models = tried(origins.at, week) if model == ENSEMBLE else {model: PLAIN[model]}
    plain = plain_forecasts(models, series, origins.at, horizon, day, week)
    if model != ENSEMBLE or not origins.reach:
        return list(models), plain
    fitted = autoregressive_forecasts(
        series,
        known,
        AUTOREGRESSIONS,
        origins.at,
        step=origins.step,
        horizon=horizon,
        day=day,
        week=week,
        reach=origins.reach,
    )
    return [*models, *(one.name for one in AUTOREGRESSIONS)], np.concatenate([plain, fitted], axis=1)
