"""Prints one benchmark's figures as a line of JSON: `python -m perf.benchmarks NAME`, of NAMES."""

import json
import sys
from importlib import import_module

from perf.benchmarks.rounds import silence

NAMES = ("ingest", "aggregate", "imports", "correlate", "layouts", "anomaly", "forecast", "otlp", "query")


def main() -> None:
    if len(sys.argv) != 2 or sys.argv[1] not in NAMES:
        raise SystemExit(f"usage: python -m perf.benchmarks {'|'.join(NAMES)}")
    with silence():
        figures = import_module(f"perf.benchmarks.{sys.argv[1]}").measure()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
