"""Runs what mostly waits beside what computes, so that neither waits for the other; what is shown stays in order."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

Command = Sequence[str]
POLITELY = ("nice", "-n", "5")
"""For what computes: whoever waits for the clock shall go on when it strikes."""


def side_by_side(computing: Sequence[Command], waiting: Command) -> int:
    """The exit status: 0 if all succeeded. The first of `computing` that fails ends everything; what the other one wrote is
    shown after them.
    """
    with tempfile.TemporaryFile() as log, _started(waiting, log) as beside:
        for command in computing:
            if status := subprocess.run([*POLITELY, *command], check=False).returncode:
                return status
        if beside.poll() is None:
            _say("waiting for the tests that wait for the clock")
        status = beside.wait()
        log.seek(0)
        _say(log.read().decode(errors="replace"))
        return status


@contextmanager
def _started(command: Command, log: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """When it is not waited for, it is interrupted, so that it stops what it has started.

    A shell without job control starts what runs in the background deaf to interrupts, and a child would inherit that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait()


def _say(text: str) -> None:
    sys.stdout.write(text.rstrip() + "\n")
    sys.stdout.flush()
