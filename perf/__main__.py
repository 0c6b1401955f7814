"""Runs every benchmark against its budget and prints a table: `python -m perf`. The exit code says whether all are kept."""

import json
import subprocess
import sys
from typing import Any

from infra.layers import CORE, LAMBDA, layer_folder
from perf.budgets import declared


def main() -> int:
    budgets = declared()
    figures = {name: measure() for name, measure in MEASURED.items()}
    for name, (figure, detail) in figures.items():
        verdict = "kept" if budgets[name].is_kept_by(figure) else "MISSED"
        print(f"{name:<10} {figure:>8.2f} {budgets[name].limit:>8}  {verdict:<6}  {budgets[name].what}  {detail}")
    return 0 if all(budgets[name].is_kept_by(figure) for name, (figure, _) in figures.items()) else 1


def _ratio(name: str) -> tuple[float, str]:
    figures = _benchmark(name)
    return figures["naive_us"] / figures["hub_us"], json.dumps(figures)


def _figure(name: str, field: str) -> tuple[float, str]:
    figures = _benchmark(name)
    return figures[field], json.dumps(figures)


def _layer() -> tuple[float, str]:
    folder = layer_folder(CORE, LAMBDA)
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6, folder.name


def _benchmark(name: str) -> dict[str, Any]:
    """In an interpreter of its own, so that none warms up or slows down another."""
    command = [sys.executable, "-m", "perf.benchmarks", name]
    figures: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return figures


MEASURED = {
    "ingest": lambda: _ratio("ingest"),
    "aggregate": lambda: _ratio("aggregate"),
    "imports": lambda: _figure("imports", "import_ms"),
    "correlate": lambda: _figure("correlate", "hub_us"),
    "anomaly": lambda: _figure("anomaly", "judge_us"),
    "otlp": lambda: _figure("otlp", "span_us"),
    "query": lambda: _figure("query", "ratio"),
    "day": lambda: _figure("query", "day_ms"),
    "overview": lambda: _figure("query", "overview_ms"),
    "rank": lambda: _figure("correlate", "rank_ms"),
    "forecast": lambda: _figure("forecast", "mean_ms_per_series"),
    "layer": _layer,
}

if __name__ == "__main__":
    sys.exit(main())
