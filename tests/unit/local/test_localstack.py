"""The report of a LocalStack, from what the tests said."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.localstack import Results


def told(**changed: Any) -> pytest.TestReport:
    report = {
        "nodeid": "tests/e2e/test_hub.py::test_one",
        "when": "call",
        "failed": False,
        "skipped": False,
        "longrepr": None,
        "longreprtext": "",
    }
    return cast("pytest.TestReport", SimpleNamespace(**{**report, **changed}))


def test_a_test_that_passed_is_said_to_have() -> None:
    results = Results()

    results.pytest_runtest_logreport(told(when="setup"))
    results.pytest_runtest_logreport(told())

    assert results.outcomes == {"test_hub.py::test_one": ("passed", "")}


def test_a_test_that_was_left_out_says_what_was_missing() -> None:
    results = Results()

    results.pytest_runtest_logreport(
        told(when="setup", skipped=True, longrepr=("conftest.py", 1, "Skipped: no WebSocket API"))
    )

    assert results.outcomes == {"test_hub.py::test_one": ("left out", "no WebSocket API")}


def test_a_test_that_failed_says_how_and_is_not_said_to_have_passed_afterwards() -> None:
    results = Results()

    results.pytest_runtest_logreport(told(failed=True, longreprtext="def test():\nE   assert 3 == 4\nE   more"))
    results.pytest_runtest_logreport(told(when="teardown"))

    assert results.outcomes == {"test_hub.py::test_one": ("failed", "assert 3 == 4")}
