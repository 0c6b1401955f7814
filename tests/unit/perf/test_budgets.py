import json
import subprocess
import sys

import pytest

from perf.__main__ import MEASURED
from perf.benchmarks.rounds import Contestant, microseconds_per_event
from perf.budgets import declared


def test_every_budget_is_measured_and_every_figure_has_a_budget() -> None:
    assert set(declared()) == set(MEASURED)


@pytest.mark.parametrize("name", ["ingest", "otlp", "correlate", "anomaly", "query", "layouts"])
def test_a_benchmark_still_measures(name: str) -> None:
    """Whether its figures keep their budgets is for `make perf`, on a machine that does nothing else."""
    told = subprocess.run([sys.executable, "-m", "perf.benchmarks", name], capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stderr
    assert all(figure > 0 for figure in json.loads(told.stdout).values())


def test_contestants_are_measured_in_turn_after_the_warm_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gc.collect", lambda: 0)  # of all that pytest has loaded, which takes long
    calls: list[str] = []
    contestants = {name: Contestant(calls.append, [f'"{name}"'.encode()]) for name in ("a", "b")}

    figures = microseconds_per_event(contestants, events=10)

    assert calls[:4] == ["a", "b", "a", "b"]
    assert set(figures) == {"a", "b"}
    assert all(figure >= 0 for figure in figures.values())
