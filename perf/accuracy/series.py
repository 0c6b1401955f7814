"""Labelled series from CSV files, and the shipped detector run over them as it runs in a deployment."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.anomalies.detector import is_news, judge
from shared.anomalies.parameters import SHIPPED
from shared.anomalies.state import DetectorState
from shared.anomalies.transforms import Floats, Transform
from shared.anomalies.views import Columns

_FIRST_ROWS = 21  # of a file, which say its sampling period; all benchmarks let at least as many pass unjudged


@dataclass(frozen=True, slots=True)
class Series:
    """One file: minutes since 1970, values (NaN where there is none) and the third column, if any, as labels."""

    minutes: Floats
    values: Floats
    labels: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def period(self) -> int:
        """Minutes between rows, by the first rows alone."""
        steps = np.diff(self.minutes[:_FIRST_ROWS])
        return max(1, round(float(np.median(steps)))) if len(steps) else 1


def read(path: Path) -> Series:
    """Rows of time, value and perhaps label below one line of names; an empty value is NaN, an empty label is none."""
    with path.open(newline="") as file:
        rows = [row for row in islice(csv.reader(file), 1, None) if row]
    return Series(
        np.array([minutes_of(row[0]) for row in rows], np.float64),
        np.array([float(row[1] or "nan") for row in rows], np.float64),
        np.array([len(row) > 2 and float(row[2] or 0) > 0 for row in rows], np.bool_),
    )


def minutes_of(text: str) -> float:
    """Minutes since 1970 of a time without zone, or with one.

    >>> minutes_of("1970-01-01 01:00:30"), minutes_of("1970-01-01T00:01:00Z")
    (60.5, 1.0)
    """
    time = datetime.fromisoformat(text.strip())
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() / 60.0


def scores(files: Sequence[Series]) -> list[Floats]:
    """The shipped detector's score of each row.

    All files are judged side by side, row by row: series do not know of each other, and each row is judged from the rows
    above it alone.
    """
    longest = max(map(len, files), default=0)
    values, minutes = np.full((longest, len(files)), np.nan), np.zeros((longest, len(files)), np.int64)
    for number, file in enumerate(files):
        values[: len(file), number] = file.values
        minutes[: len(file), number] = file.minutes
    periods, plain = np.array([file.period for file in files]), np.full(len(files), Transform.PLAIN, np.int8)
    state, found = DetectorState.empty(len(files)), np.zeros_like(values)
    for row in range(longest):
        state, judgement = judge(state, minutes[row], periods, values[row], plain, threshold=np.inf)
        found[row] = judgement.score
    return [found[: len(file), number] for number, file in enumerate(files)]


def alerts(file: Series, given: Floats, threshold: float) -> NDArray[np.bool_]:
    """The rows that alert at a threshold: of these scores, those that tell something new, as the detector has it."""
    rung = np.zeros(len(file), np.bool_)
    minutes, period = file.minutes.astype(np.int64), np.array([file.period])
    last: Columns = {"alerted": np.zeros(1, np.int64), "alerted_score": np.zeros(1)}
    for row in np.flatnonzero(given >= threshold):
        here = slice(row, row + 1)
        if is_news(given[here], minutes[here], period, last, SHIPPED)[0]:
            rung[row] = True
            last = {"alerted": minutes[here], "alerted_score": given[here]}
    return rung


def rounded(figures: dict[str, float], digits: int) -> dict[str, Any]:
    return {name: round(figure, digits) for name, figure in figures.items()}
