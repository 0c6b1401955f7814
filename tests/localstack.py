"""`python -m tests.localstack`: the end-to-end tests on a LocalStack, and what that one lacks of AWS, test by test.

AWS_ENDPOINT_URL names one that runs already, fresh; without it an ordinary container is started, and ended. The report is
build/localstack.md. Exit status 1 if a test failed that nothing known is missing for.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from infra.layers import CORE, LAYERS, PARQUET, layer_folder, this_machine
from infra.local.endpoint import Elsewhere, given_endpoint
from infra.local.hub import send
from tests.e2e.capabilities import CAPABILITIES, UNKNOWN_TYPES, lacking

IMAGE = "localstack/localstack:4.14.0"
ADDRESS = "http://127.0.0.1:4566"
START_SECONDS = 120
REPORT = Path(__file__).parents[1] / "build" / "localstack.md"


@dataclass
class Results:
    """A plugin of pytest: what became of each test, and the words for it."""

    outcomes: dict[str, tuple[str, str]] = field(default_factory=dict)
    unknown_types: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.rpartition("/")[2]
        if report.failed:
            self.outcomes[name] = ("failed", _last_line(report.longreprtext))
        elif report.skipped and isinstance(report.longrepr, tuple):
            self.outcomes[name] = ("left out", report.longrepr[2].removeprefix("Skipped: "))
        elif report.when == "call":
            self.outcomes[name] = ("passed", "")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self.unknown_types = session.config.stash.get(UNKNOWN_TYPES, [])


def main() -> int:
    given = given_endpoint()
    if given is None and not _has_docker():
        sys.stderr.write("There is no docker: start a LocalStack yourself, and name it by AWS_ENDPOINT_URL.\n")
        return 1
    with _container() if given is None else _nothing(given) as endpoint:
        os.environ["AWS_ENDPOINT_URL"] = endpoint.url
        results = Results()
        status = pytest.main(["--quiet", "--timeout", "600", "tests/e2e", *sys.argv[1:]], plugins=[results])
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(_report(endpoint, results))
    sys.stdout.write(REPORT.read_text())
    return int(status)


def _has_docker() -> bool:
    """And an engine behind it that answers."""
    asked = ("docker", "info")
    return bool(shutil.which("docker")) and not subprocess.run(asked, check=False, capture_output=True).returncode


@contextmanager
def _nothing(given: Elsewhere) -> Iterator[Elsewhere]:
    yield given


@contextmanager
def _container() -> Iterator[Elsewhere]:
    """Functions find their dependencies where a layer would be: layers themselves are not part of the free LocalStack."""
    layer = LAYERS / "localstack"
    for name in (CORE, PARQUET):
        shutil.copytree(layer_folder(name, this_machine()) / "python", layer, dirs_exist_ok=True)
    options = ("--publish", "127.0.0.1:4566:4566", "--volume", "/var/run/docker.sock:/var/run/docker.sock")
    flags = ("--env", f"LAMBDA_DOCKER_FLAGS=-v {layer}:/opt/python:ro")
    run = ("docker", "run", "--detach", "--rm", *options, *flags, IMAGE)
    container = subprocess.run(run, check=True, capture_output=True, text=True).stdout.strip()
    try:
        _wait_until_healthy()
        yield Elsewhere(ADDRESS)
    finally:
        subprocess.run(("docker", "stop", container), check=True, capture_output=True)


def _wait_until_healthy() -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        try:
            if send("GET", f"{ADDRESS}/_localstack/health", {}).status == 200:
                return
        except OSError:
            time.sleep(1)
    raise SystemExit(f"LocalStack has not started within {START_SECONDS} s")


def _report(endpoint: Elsewhere, results: Results) -> str:
    told = [
        "# The hub on LocalStack",
        f"`make test-localstack` on {_version(endpoint)}.",
        "## What it has of what can be missing",
        *_table(("of AWS", "there"), [(CAPABILITIES[name][0], _found(endpoint, name)) for name in CAPABILITIES]),
        f"Of the resources in the stacks it only says that they are there: {_listed(results.unknown_types)}.",
        "## Test by test",
        *_table(
            ("test", "outcome", "why"),
            [(f"`{name}`", *outcome) for name, outcome in sorted(results.outcomes.items())],
        ),
    ]
    return "\n\n".join(told).replace("|\n\n|", "|\n|") + "\n"


def _found(endpoint: Elsewhere, name: str) -> str:
    lack = lacking(endpoint.url, name)
    return f"no ({lack.partition(': ')[2]})" if lack else "yes"


def _listed(types: Sequence[str]) -> str:
    return ", ".join(f"`{each}`" for each in types) or "none"


def _version(endpoint: Elsewhere) -> str:
    told: dict[str, Any] = json.loads(send("GET", f"{endpoint.url}/_localstack/health", {}).body)
    return f"LocalStack {told.get('version', 'of unknown version')} ({told.get('edition', 'unknown')} edition)"


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    cells = [titles, ["---"] * len(titles), *rows]
    return ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in cells]


def _last_line(text: str) -> str:
    said = [line.removeprefix("E").strip() for line in text.splitlines() if line.startswith("E ")]
    return (said[0] if said else text.strip().splitlines()[-1])[:200]


if __name__ == "__main__":
    sys.exit(main())
