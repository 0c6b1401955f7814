"""The shipped detector on Microsoft's cloud monitoring set: `python -m perf.accuracy.cloud_monitoring DIR`, a line of JSON.

DIR has CSV files of time, value and label at any depth. An event is a run of labelled rows; it is found by an alert inside
it or in the 5 rows after. False alerts within 5 rows of each other are one. The first 15 % of a file are warm-up: its
alerts, and events that end in it, do not count. Protocol and history: docs/detectors.md.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perf.accuracy.series import Series, alerts, read, rounded, scores
from shared.anomalies.parameters import SHIPPED

SLACK = 5
WARM_UP = 0.15


@dataclass(frozen=True, slots=True)
class Counts:
    events: int = 0
    found: int = 0
    false_alerts: int = 0

    def plus(self, other: "Counts") -> "Counts":
        return Counts(self.events + other.events, self.found + other.found, self.false_alerts + other.false_alerts)

    def figures(self) -> dict[str, float]:
        """F1, precision and recall over events; 0 where there is nothing to divide by.

        >>> Counts(events=4, found=2, false_alerts=2).figures()
        {'f1': 0.5, 'precision': 0.5, 'recall': 0.5}
        """
        return {
            "f1": 2.0 * self.found / max(self.events + self.found + self.false_alerts, 1),
            "precision": self.found / max(self.found + self.false_alerts, 1),
            "recall": self.found / max(self.events, 1),
        }


def measure(folder: Path) -> dict[str, Any]:
    files = [file for path in sorted(folder.rglob("*.csv")) if len(file := read(path))]
    total = Counts()
    for file, given in zip(files, scores(files), strict=True):
        total = total.plus(count(file, alerts(file, given, SHIPPED.threshold)))
    return rounded(total.figures(), 4)


def count(file: Series, rung: NDArray[np.bool_]) -> Counts:
    """Events, those found and false alerts of one file."""
    start = int(WARM_UP * len(file))
    edges = np.flatnonzero(np.diff(file.labels.astype(np.int8), prepend=0, append=0))
    events = [(int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True)]
    rows = np.flatnonzero(rung)
    rows = rows[rows >= start]
    near = np.zeros(len(file) + SLACK, np.bool_)
    for first, end in events:
        near[first : end + SLACK] = True
    judged = [(first, end) for first, end in events if end > start]
    found = sum(bool(((rows >= first) & (rows < end + SLACK)).any()) for first, end in judged)
    false = rows[~near[rows]]
    return Counts(len(judged), found, int(len(false) > 0) + int((np.diff(false) > SLACK).sum()))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m perf.accuracy.cloud_monitoring DIR")
    print(json.dumps(measure(Path(sys.argv[1]))))
