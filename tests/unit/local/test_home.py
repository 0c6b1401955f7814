import stat
import subprocess
import sys
import time
from pathlib import Path

from infra.local.hub import Hub
from infra.local.processes import command_of, end_group, has_ended, start_detached


def test_the_hub_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "hub.json"
    hub = Hub("http://127.0.0.1:1/api", "llmah_secret")

    hub.save(file)
    hub.save(file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Hub.load(file) == hub


def test_ending_a_group_ends_its_leader_and_what_the_leader_started(tmp_path: Path) -> None:
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    )
    program = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {stubborn!r}]); time.sleep(60)"
    leader = start_detached([sys.executable, "-c", program], {}, tmp_path / "log")
    until = time.monotonic() + 10
    while "up" not in (tmp_path / "log").read_text() and time.monotonic() < until:
        time.sleep(0.05)

    end_group(leader, patience_seconds=0.5)

    assert has_ended(leader)


def test_the_command_of_a_process_that_is_not_there_is_empty() -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)

    assert command_of(int(ended.stdout)) == ""
