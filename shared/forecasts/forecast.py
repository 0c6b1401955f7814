"""The next hours of a series, each with a prediction interval, from nothing but its own past."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.forecasts.autoregression import autoregressive_forecasts
from shared.forecasts.ensemble import weights_of
from shared.forecasts.history import History
from shared.forecasts.intervals import growth, quantiles
from shared.forecasts.lags import AUTOREGRESSIONS
from shared.forecasts.origins import Origins
from shared.forecasts.plain import PLAIN, plain_forecasts
from shared.forecasts.scale import Scale

ENSEMBLE: Final = "ensemble"

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
    that moment has lived to see.
    """

    point: Floats
    lower: Floats
    upper: Floats
    coverage: float
    model: str
    backtest: Backtest
    paths: Floats


def forecast(  # noqa: PLR0913
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
    past = History.of(history if floor is None else np.maximum(history, floor), day=day)
    scale = Scale.of(past.values[past.known], floor)
    series = scale.scores(past.values)
    origins = Origins.of(len(past), horizon, day, week)
    names, forecasts = _candidates(series, past.known, origins, horizon, seasons, model)
    actual = origins.actual(series, past.known, horizon)[1:]
    weights = weights_of(np.abs(forecasts[1:] - actual[:, None]))
    combined = np.einsum("om,omh->oh", weights, forecasts)
    errors = actual - combined[1:]
    size = growth(errors)
    down, up = quantiles(errors / size, coverage) if len(errors) else (0.0, 0.0)
    lower, point, upper = (_values(scale, combined[0] + shift, floor) for shift in (-down * size, 0.0, up * size))
    backtest = _judged(scale, actual, combined[1:], size, coverage, dict(zip(names, weights[0].tolist(), strict=True)))
    return Forecast(point, lower, upper, coverage, model, backtest, _values(scale, combined[0] + errors, floor))


def forecasts(histories: Sequence[Floats] | Floats, *, horizon: int, coverage: float = 0.95) -> Iterator[Forecast]:
    """One series after the other."""
    return (forecast(history, horizon=horizon, coverage=coverage) for history in histories)


def _candidates(  # noqa: PLR0913, PLR0917
    series: Floats, known: NDArray[np.bool_], origins: Origins, horizon: int, seasons: tuple[int, int], model: str
) -> tuple[list[str], Floats]:
    day, week = seasons
    plain = plain_forecasts(series, origins.at, horizon, day, week)
    names = list(PLAIN)
    if model != ENSEMBLE:
        return [model], plain[:, [names.index(model)]]
    if not origins.reach:
        return names, plain
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
    return names + [one.name for one in AUTOREGRESSIONS], np.concatenate([plain, fitted], axis=1)


def _values(scale: Scale, scores: Floats, floor: float | None) -> Floats:
    values = scale.values(scores)
    return values if floor is None else np.maximum(values, floor)


def _judged(  # noqa: PLR0913, PLR0917
    scale: Scale, actual: Floats, combined: Floats, size: Floats, coverage: float, weights: Mapping[str, float]
) -> Backtest:
    if np.isnan(actual).all():
        return Backtest(0, np.nan, np.nan, weights)
    errors = (actual - combined) / size
    others = [errors[np.arange(len(errors)) != origin] for origin in range(len(errors))]
    inside = [
        np.abs(own) <= quantiles(other, coverage)[0]
        for own, other in zip(errors, others, strict=True)
        if (~np.isnan(other)).any()
    ]
    known = ~np.isnan(actual)
    error = float(np.abs(scale.values(actual[known]) - scale.values(combined[known])).mean())
    share = float(np.mean(np.array(inside)[known])) if len(inside) == len(errors) else np.nan
    return Backtest(len(actual), error, share, weights)
