"""CPU of importing ingestion's handler: what a cold start pays before the first request."""

import os
import subprocess
import sys
from statistics import median

from perf.benchmarks.deployed import ENVIRONMENT

ROUNDS = 7
PROGRAM = """
import time
started = time.process_time()
import functions.ingestion.handler
print((time.process_time() - started) * 1000)
"""


def measure() -> dict[str, float]:
    milliseconds = [_import_once() for _ in range(1 + ROUNDS)][1:]  # the first may have to compile
    return {"import_ms": round(median(milliseconds), 1)}


def _import_once() -> float:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True, env=environment | ENVIRONMENT
    )
    return float(done.stdout.splitlines()[-1])
