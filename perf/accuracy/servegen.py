"""Forecasts ServeGen's hourly request rate a day ahead, beside the plain models: `python -m perf.accuracy.servegen DIR`.

DIR is the set's folder, or that of one model: every folder in it with `*-trace.csv` files is one series, the sum of its
clients' rates. Each hour from the end of the fifth day on is an origin, the last a day before the end; figures are
means over origins and series. MASE and MSIS are scaled by the seasonal naive error of what the origin knows. A plain
model is the textbook one on the plain values, its interval 1.96 deviations of its own errors one day ahead. Prints
one line of JSON.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from perf.accuracy.errors import inside, mase, msis, seasonal_scale
from shared.forecasts.forecast import forecast
from shared.forecasts.plain import PLAIN, Model

DAY, WEEK = 24, 168
FIRST: Final = 5 * DAY
_HOUR_SECONDS: Final = 3600

Floats = NDArray[np.float64]
Forecaster = Callable[[Floats], tuple[Floats, Floats, Floats]]


def main(arguments: list[str]) -> None:
    if len(arguments) != 1:
        raise SystemExit("usage: python -m perf.accuracy.servegen DIR")
    series = hourly(Path(arguments[0]))
    print(json.dumps(figures(series) if series else {"skipped": f"servegen: no traces in {arguments[0]}"}))


def figures(series: Mapping[str, Floats]) -> dict[str, object]:
    plain = {name: _score(series, _textbook(model)) for name, model in PLAIN.items()}
    return {**_score(series, _ours), "plain": plain, "series": list(series)}


def hourly(folder: Path) -> dict[str, Floats]:
    """Requests a second by hour, of each model that has whole days of ten-minute steps for at least a week."""
    folders = sorted({trace.parent for trace in folder.rglob("*-trace.csv")})
    totals = {one.name: _total(one) for one in folders}
    return {name: rates for name, rates in totals.items() if len(rates) > WEEK}


def _total(folder: Path) -> Floats:
    sums: dict[int, float] = {}
    for trace in folder.glob("*-trace.csv"):
        with trace.open(newline="") as lines:
            for row in csv.reader(lines):
                hour = int(float(row[0])) // _HOUR_SECONDS
                sums[hour] = sums.get(hour, 0.0) + float(row[1]) / 6
    return np.array([sums.get(hour, 0.0) for hour in range(max(sums) + 1)])


def _score(series: Mapping[str, Floats], forecaster: Forecaster) -> dict[str, float]:
    scores = [_score_at(*split, forecaster) for rates in series.values() for split in _origins(rates)]
    error, interval, share = np.mean(scores, axis=0).tolist()
    return {"mase": round(error, 3), "msis": round(interval, 2), "coverage": round(share, 3), "origins": len(scores)}


def _origins(rates: Floats) -> Iterator[tuple[Floats, Floats]]:
    return ((rates[:at], rates[at : at + DAY]) for at in range(FIRST, len(rates) - DAY + 1))


def _score_at(known: Floats, actual: Floats, forecaster: Forecaster) -> tuple[float, float, float]:
    point, lower, upper = forecaster(known)
    scale = seasonal_scale(known, DAY)
    return mase(actual, point, scale), msis(actual, lower, upper, scale), inside(actual, lower, upper)


def _ours(known: Floats) -> tuple[Floats, Floats, Floats]:
    made = forecast(known, horizon=DAY)
    return made.point, made.lower, made.upper


def _textbook(model: Model) -> Forecaster:
    def forecaster(known: Floats) -> tuple[Floats, Floats, Floats]:
        point = model(known, DAY, DAY, WEEK)
        origins = range(2 * DAY, len(known) - DAY + 1, DAY)
        errors = [known[at : at + DAY] - model(known[:at], DAY, DAY, WEEK) for at in origins]
        deviation = float(np.sqrt(np.mean(np.square(errors))))
        return point, np.maximum(point - 1.96 * deviation, 0.0), point + 1.96 * deviation

    return forecaster


if __name__ == "__main__":
    main(sys.argv[1:])
