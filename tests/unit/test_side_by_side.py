"""How all tests are run: whichever part fails, the whole fails, and what it wrote can be read."""

import sys
import time
from pathlib import Path

import pytest

from tests.side_by_side import Command, side_by_side


def python(code: str) -> Command:
    return (sys.executable, "-c", code)


PASSES, FAILS = python("print('passed')"), python("print('failed'); raise SystemExit(3)")


@pytest.mark.parametrize(
    ("computing", "waiting", "status"),
    [([PASSES, PASSES], PASSES, 0), ([PASSES, FAILS], PASSES, 3), ([PASSES], FAILS, 3), ([FAILS], FAILS, 3)],
)
def test_all_succeed_or_the_whole_fails(computing: list[Command], waiting: Command, status: int) -> None:
    assert side_by_side(computing, waiting) == status


def test_what_waited_is_shown_at_the_end(capfd: pytest.CaptureFixture[str]) -> None:
    side_by_side([python("import time; time.sleep(0.3); print('computed')")], FAILS)

    assert capfd.readouterr().out.splitlines() == ["computed", "failed"]


def test_the_first_failure_is_told_at_once_and_ends_the_rest(tmp_path: Path) -> None:
    cleaned = tmp_path / "cleaned"
    waits = f"import time, pathlib\ntry:\n time.sleep(60)\nfinally:\n pathlib.Path({str(cleaned)!r}).touch()"
    never = tmp_path / "never"
    started = time.monotonic()

    status = side_by_side(
        [python("import time; time.sleep(0.5); raise SystemExit(1)"), ("touch", str(never))], python(waits)
    )

    assert status == 1
    assert time.monotonic() - started < 30
    assert cleaned.exists()
    assert not never.exists()
