"""The shipped detector on the Numenta Anomaly Benchmark: `python -m perf.accuracy.nab DIR` prints one line of JSON.

DIR has windows.json (or combined_windows.json) and the CSV files it names, at any depth; files without labels and labels
without a file are left out. Protocol and history: docs/detectors.md.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from perf.accuracy.nab_scoring import best, figures, scored
from perf.accuracy.series import Series, alerts, minutes_of, read, rounded, scores
from shared.anomalies.parameters import SHIPPED

LABELS = ("windows.json", "combined_windows.json")
SHARES = np.arange(0.7, 2.0, 0.02)  # of the shipped threshold, which the best is sought among


def measure(folder: Path) -> dict[str, Any]:
    """`shipped`: threshold and all as they ship. `best`: the threshold optimised on this data, as the benchmark does."""
    labelled = [
        (read(path), windows) for name, windows in sorted(_labels(folder).items()) if (path := _find(folder, name))
    ]
    files = [file for file, _ in labelled]
    spans = [_rows(file, windows) for file, windows in labelled]
    given = scores(files)

    def scored_at(threshold: float) -> dict[str, float]:
        rung = [alerts(file, one, threshold) for file, one in zip(files, given, strict=True)]
        return figures(scored(list(zip(rung, spans, strict=True))))

    curve = [scored_at(float(SHIPPED.threshold * share)) for share in SHARES]
    return {"shipped": rounded(scored_at(SHIPPED.threshold), 2), "best": rounded(best(curve), 2)}


def _labels(folder: Path) -> dict[str, list[list[str]]]:
    found = [path for name in LABELS for path in sorted(folder.rglob(name))]
    if not found:
        raise SystemExit(f"{folder} has no {' or '.join(LABELS)}")
    labels: dict[str, list[list[str]]] = json.loads(found[0].read_text())
    return labels


def _find(folder: Path, name: str) -> Path | None:
    straight = folder / name
    return straight if straight.exists() else next(iter(sorted(folder.rglob(name))), None)


def _rows(file: Series, windows: list[list[str]]) -> list[tuple[int, int]]:
    """First and last row of each window."""
    ends = [(minutes_of(first), minutes_of(last)) for first, last in windows]
    inside = [np.flatnonzero((file.minutes >= first) & (file.minutes <= last)) for first, last in sorted(ends)]
    return [(int(rows[0]), int(rows[-1])) for rows in inside if len(rows)]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m perf.accuracy.nab DIR")
    print(json.dumps(measure(Path(sys.argv[1]))))
