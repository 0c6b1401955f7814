"""Starts the emulator of `make chaos`, whose functions and pollers die in the middle of their work.

A function's process is killed with -9 during an invocation. The poller of the event source mappings is a thread: it dies
after the function has done its work and before the position is moved, and a new one starts where the last position is,
as Lambda's pollers do. The emulator as a whole is not killed: streams and tables are in its memory, and losing them is
not a crash of ours. Runs in the emulator's environment, by path.
"""

import sys
import threading
import time
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parents[2])  # the project instead of this folder

from ministack.core import lambda_runtime as runtime  # noqa: E402 (the path comes first)
from ministack.services import lambda_svc  # noqa: E402

from infra.local import launch  # noqa: E402
from infra.local.crashing import Crashes  # noqa: E402

_STAGE = "POWERTOOLS_SERVICE_NAME"
_poll = lambda_svc._poll_loop  # noqa: SLF001 (there is no public door)
_execute = lambda_svc._execute_function  # noqa: SLF001
_here = threading.local()


class PollerKilledError(BaseException):
    """No `except Exception` of the poller may survive it."""


def _stage_of(config: Any) -> str:
    return str(config.get("Environment", {}).get("Variables", {}).get(_STAGE))


def _kill_functions(crashes: Crashes) -> None:
    invoke_worker = runtime.Worker.invoke

    def invoke(worker: Any, *args: Any, **kwargs: Any) -> Any:
        stage, process = _stage_of(worker.config), worker._proc  # noqa: SLF001
        started, has_ended = time.monotonic(), threading.Event()
        if process is not None and process.poll() is None and crashes.is_due("function", stage):
            moment = crashes.moment_seconds(stage)
            threading.Thread(target=_kill, args=(crashes, stage, process, moment, has_ended), daemon=True).start()
        try:
            return invoke_worker(worker, *args, **kwargs)
        finally:
            has_ended.set()
            if process is not None and process.poll() is None:
                crashes.lasted(stage, time.monotonic() - started)

    runtime.Worker.invoke = invoke


def _kill(crashes: Crashes, stage: str, process: Any, moment: float, has_ended: threading.Event) -> None:
    if has_ended.wait(moment) or process.poll() is not None:
        crashes.spared("function", stage)
    else:
        process.kill()
        crashes.happened("function", stage)


def _kill_pollers(crashes: Crashes) -> None:
    def execute(function: Any, event: Any) -> Any:
        result = _execute(function, event)
        stage = _stage_of(function.get("config") or function)
        is_polled = getattr(_here, "is_poller", False)
        if is_polled and not result.get("error") and crashes.is_due("poller", stage):
            crashes.happened("poller", stage)
            raise PollerKilledError
        return result

    lambda_svc._execute_function = execute  # noqa: SLF001
    lambda_svc._poll_loop = _poll_until_killed  # noqa: SLF001


def _poll_until_killed() -> None:
    _here.is_poller = True
    try:
        _poll()
    except PollerKilledError:
        threading.Thread(target=_poll_until_killed, daemon=True).start()


def main() -> None:
    home, seed = Path(sys.argv[1]), int(sys.argv[2])
    crashes = Crashes(seed, home / "crashes.jsonl")
    launch.mend()
    _kill_functions(crashes)
    _kill_pollers(crashes)
    launch.serve()


if __name__ == "__main__":
    main()
