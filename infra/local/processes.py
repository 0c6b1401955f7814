"""A detached process that leads its own group, and how to end it with all that it started."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

# Where Linux tells of its processes; elsewhere `ps` does.
_PROC = Path("/proc")


def start_detached(command: list[str], environment: Mapping[str, str], log: Path) -> int:
    """Starts `command` as the leader of a session and process group of its own; it outlives us."""
    log.unlink(missing_ok=True)
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    return os.posix_spawn(command[0], command, environment, file_actions=actions, setsid=True)


def command_of(pid: int) -> str:
    """Its command line, empty when there is no such process."""
    if not _PROC.exists():
        listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return listed.stdout
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def end_group(leader: int, *, patience_seconds: float = 8.0) -> None:
    """TERM, wait, KILL: for the leader and for every process of its group."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if has_ended(leader):
            return
        os.killpg(leader, number)
        _wait_for_end(leader, patience_seconds)


def has_ended(leader: int) -> bool:
    """Whether nothing of the group runs; what has ended and was not yet reaped by anyone does not run."""
    _reap(leader)
    try:
        os.killpg(leader, 0)
    except (ProcessLookupError, PermissionError):
        return True
    return _PROC.exists() and not any(_runs_in(leader, record) for record in _PROC.glob("[0-9]*/stat"))


def _runs_in(group: int, record: Path) -> bool:
    try:
        state, _, of_group = record.read_text().rpartition(")")[2].split()[:3]
    except OSError:
        return False
    return int(of_group) == group and state not in {"Z", "X"}


def _wait_for_end(leader: int, patience_seconds: float) -> None:
    until = time.monotonic() + patience_seconds
    while time.monotonic() < until and not has_ended(leader):
        time.sleep(0.05)


def _reap(pid: int) -> None:
    """A child of ours that has ended would otherwise stay in the table."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
