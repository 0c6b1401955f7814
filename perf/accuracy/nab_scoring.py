"""The scoring of the Numenta Anomaly Benchmark v1.1, from its published definition (Lavin and Ahmad 2015).

A labelled window earns what its best alert earns, 1 at the window's start and falling to 0 at its end; none costs 1 (2 in
low_FN). An alert outside costs up to .11 (.22 in low_FP), less just after a window. The first 15 % of a file, at most 750
rows, are not scored. 100 is every window found at its start, 0 is what silence earns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.anomalies.transforms import Floats


@dataclass(frozen=True, slots=True)
class Profile:
    false_alert: float
    missed: float


PROFILES: Final = {"standard": Profile(0.11, 1.0), "low_FP": Profile(0.22, 1.0), "low_FN": Profile(0.11, 2.0)}


@dataclass(frozen=True, slots=True)
class Scored:
    """The rows of all files that are scored: alerts, what an alert there is worth, and its window (-1: none)."""

    alerts: NDArray[np.bool_]
    worth: Floats
    window: NDArray[np.int64]
    windows: int  # labelled, also those that begin and end in the rows not scored

    @property
    def present(self) -> int:
        return len(np.unique(self.window[self.window >= 0]))


def scored(files: Sequence[tuple[NDArray[np.bool_], Sequence[tuple[int, int]]]]) -> Scored:
    """Of each file its alerts and its windows as first and last row."""
    parts = [(np.zeros(0, np.bool_), np.zeros(0), np.zeros(0, np.int64))]
    before = 0
    for alerts, windows in files:
        worth, window = _worth(len(alerts), windows)
        skipped = min(int(0.15 * len(alerts)), 750)
        parts.append((alerts[skipped:], worth[skipped:], np.where(window >= 0, window + before, -1)[skipped:]))
        before += len(windows)
    columns = list(zip(*parts, strict=True))
    return Scored(np.concatenate(columns[0]), np.concatenate(columns[1]), np.concatenate(columns[2]), before)


def figures(rows: Scored) -> dict[str, float]:
    """Scores by profile."""
    inside = rows.alerts & (rows.window >= 0)
    best = np.zeros(rows.windows)
    np.maximum.at(best, rows.window[inside], rows.worth[inside])
    found = len(np.unique(rows.window[inside]))
    false_alerts = float(rows.worth[rows.alerts & (rows.window < 0)].sum())
    return {
        name: _normalised(rows, profile, float(best.sum()), false_alerts, found) for name, profile in PROFILES.items()
    }


def best(curve: Sequence[dict[str, float]]) -> dict[str, float]:
    """Scores by profile, each at the threshold of `curve` that is best for it: the benchmark's own convention."""
    return {name: max(0.0, *(point[name] for point in curve)) for name in PROFILES}


def _normalised(rows: Scored, profile: Profile, gain: float, false_alerts: float, found: int) -> float:
    silence = -profile.missed * rows.present
    raw = gain + profile.false_alert * false_alerts - profile.missed * (rows.present - found)
    return 100.0 * (raw - silence) / max(rows.windows - silence, 1.0)


def _worth(length: int, windows: Sequence[tuple[int, int]]) -> tuple[Floats, NDArray[np.int64]]:
    """What an alert at each row is worth, and the row's window."""
    worth, window, rows = np.full(length, -1.0), np.full(length, -1, np.int64), np.arange(length)
    for number, (first, last) in enumerate(windows):
        width = last - first + 1
        inside, after = (rows >= first) & (rows <= last), rows > last
        worth[inside] = _sigmoid(-(last - rows[inside] + 1) / width) / _sigmoid(np.array(-1.0))
        worth[after] = _sigmoid((rows[after] - last) / max(width - 1, 1))
        window[inside] = number
    return worth, window


def _sigmoid(position: Floats) -> Floats:
    """1 well before the end of a window (0), -1 well after it."""
    return np.where(position > 3.0, -1.0, 2.0 / (1.0 + np.exp(5.0 * np.minimum(position, 3.0))) - 1.0)
