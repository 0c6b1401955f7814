"""The scoring of the accuracy programs."""

import json
from pathlib import Path

import numpy as np
import pytest

from perf.accuracy import cloud_monitoring, nab
from perf.accuracy.cloud_monitoring import Counts, count
from perf.accuracy.nab_scoring import best, figures, scored
from perf.accuracy.series import Series, alerts as alerts_of, scores
from shared.anomalies.detector import judge
from shared.anomalies.state import DetectorState


def labelled(rows: int, *events: tuple[int, int]) -> Series:
    labels = np.zeros(rows, np.bool_)
    for first, end in events:
        labels[first:end] = True
    return Series(np.arange(rows, dtype=float), np.zeros(rows), labels)


def alerts(rows: int, *places: int) -> np.ndarray:
    rung = np.zeros(rows, np.bool_)
    rung[list(places)] = True
    return rung


def test_an_event_is_found_up_to_five_rows_after_it_and_near_false_alerts_are_one() -> None:
    file = labelled(100, (5, 8), (40, 45), (60, 65))

    counts = count(file, alerts(100, 10, 49, 70, 75, 81, 90))

    assert counts == Counts(events=2, found=1, false_alerts=3)


def test_silence_scores_nothing_and_the_start_of_every_window_a_hundred() -> None:
    windows = [(300, 399), (600, 699)]

    silent = figures(scored([(alerts(1000), windows)]))
    perfect = figures(scored([(alerts(1000, 300, 600), windows)]))

    assert silent == {"standard": 0.0, "low_FP": 0.0, "low_FN": 0.0}
    assert perfect == pytest.approx({"standard": 100.0, "low_FP": 100.0, "low_FN": 100.0})


def test_an_alert_far_from_a_window_costs_its_profiles_weight() -> None:
    rows = scored([(alerts(1000, 300, 900), [(300, 399)])])

    assert figures(rows) == pytest.approx({"standard": 94.5, "low_FP": 89.0, "low_FN": 96.333}, abs=0.01)


def test_the_best_of_a_curve_is_taken_by_profile_and_silence_is_always_there() -> None:
    curve = [{"standard": 3.0, "low_FP": -9.0, "low_FN": 1.0}, {"standard": 2.0, "low_FP": -8.0, "low_FN": 4.0}]

    assert best(curve) == {"standard": 3.0, "low_FP": 0.0, "low_FN": 4.0}


def test_scores_alert_as_the_detector_does() -> None:
    values = np.random.default_rng(3).lognormal(0, 1, 900)
    file = Series(np.arange(900, dtype=float) * 60, values, np.zeros(900, np.bool_))
    state, rung = DetectorState.empty(1), []
    for minutes, value in zip(file.minutes.astype(np.int64), values, strict=True):
        state, judgement = judge(state, np.array([minutes]), 60, np.array([value]), np.zeros(1, np.int8), threshold=3.0)
        rung.append(judgement.alert[0])

    assert sum(rung) > 5
    assert alerts_of(file, scores([file])[0], 3.0).tolist() == rung


def test_a_folder_with_a_file_too_few_and_one_too_many_is_scored(tmp_path: Path) -> None:
    (tmp_path / "data" / "real").mkdir(parents=True)
    rows = "".join(f"2026-01-{1 + n // 24:02} {n % 24:02}:00:00,{900 if n == 200 else n % 24},0\n" for n in range(300))
    for name in ("a.csv", "b.csv"):
        (tmp_path / "data" / "real" / name).write_text("timestamp,value,label\n" + rows)
    window = ["2026-01-09 00:00:00.000000", "2026-01-10 05:00:00.000000"]
    (tmp_path / "windows.json").write_text(json.dumps({"real/a.csv": [window], "real/absent.csv": [window]}))

    figures = nab.measure(tmp_path)

    assert figures["shipped"]["standard"] > 50
    assert cloud_monitoring.measure(tmp_path)["recall"] == 0.0
