"""Scores the shipped forecast on the M4 competition's hourly series: `python -m perf.accuracy.m4 TRAIN.csv [TEST.csv]`.

Both files as published: a header, then a series a row, its id first, quoted or not. Without TEST the last 48 hours of
each series of TRAIN are held back. Prints one line of JSON.
"""

import csv
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from perf.accuracy.errors import inside, mase, msis, naive2, seasonal_scale, smape
from shared.forecasts.forecast import forecast

HORIZON: Final = 48
SEASON: Final = 24

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Score:
    """Of one series, or the mean over many."""

    smape: float
    mase: float
    naive2_smape: float
    naive2_mase: float
    msis: float
    coverage: float
    milliseconds: float

    @property
    def owa(self) -> float:
        return (self.smape / self.naive2_smape + self.mase / self.naive2_mase) / 2


def main(arguments: list[str]) -> None:
    if len(arguments) not in {1, 2}:
        raise SystemExit("usage: python -m perf.accuracy.m4 TRAIN.csv [TEST.csv]")
    absent = [path for path in arguments if not Path(path).is_file()]
    print(json.dumps({"skipped": f"m4: {absent[0]} is absent"} if absent else figures(*map(Path, arguments))))


def figures(train: Path, test: Path | None = None) -> dict[str, float]:
    mean = Score(*np.mean([astuple(score(*split)) for split in splits(train, test)], axis=0).tolist())
    return {
        "owa": round(mean.owa, 4),
        "smape": round(mean.smape, 3),
        "mase": round(mean.mase, 3),
        "msis": round(mean.msis, 3),
        "coverage": round(mean.coverage, 4),
        "ms_per_series": round(mean.milliseconds, 1),
    }


def splits(train: Path, test: Path | None) -> Iterator[tuple[Floats, Floats]]:
    """Of each series what is known and what comes."""
    if test is None:
        yield from ((series[:-HORIZON], series[-HORIZON:]) for series in read(train).values())
    else:
        histories = read(train)
        yield from ((histories[name], actual) for name, actual in read(test).items())


def read(path: Path) -> dict[str, Floats]:
    """Series by id; cells that are empty or NA, as behind shorter series, are left out, and so is the header."""
    with path.open(newline="", encoding="utf-8-sig") as lines:
        rows = [[cell.strip() for cell in row] for row in csv.reader(lines) if row]
    series = {row[0]: [cell for cell in row[1:] if cell not in {"", "NA"}] for row in rows if not _is_header(row)}
    return {name: np.array(cells, np.float64) for name, cells in series.items()}


def _is_header(row: list[str]) -> bool:
    return row[1].lstrip("Vv") == "2" and row[0].lstrip("Vv") == "1"


def score(history: Floats, actual: Floats) -> Score:
    scale, naive = seasonal_scale(history, SEASON), naive2(history, len(actual), SEASON)
    started = time.process_time()
    made = forecast(history, horizon=len(actual))
    taken = time.process_time() - started
    return Score(
        smape(actual, made.point),
        mase(actual, made.point, scale),
        smape(actual, naive),
        mase(actual, naive, scale),
        msis(actual, made.lower, made.upper, scale),
        inside(actual, made.lower, made.upper),
        taken * 1000,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
