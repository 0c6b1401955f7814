"""Starts and stops MiniStack: on loopback, detached, all of its state under the home."""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path

from uv import find_uv_bin

from infra.local.home import Home
from infra.local.processes import command_of, end_group, has_ended, start_detached

_HERE = Path(__file__).parent
_REQUIREMENTS = _HERE / "requirements.txt"
_LAUNCHER = _HERE / "launch.py"
_CRASHING_LAUNCHER = _HERE / "launch_crashing.py"
_START_SECONDS = 60


class EmulatorError(Exception):
    """MiniStack did not do what the local run needs; the text says where to look."""


@dataclass(frozen=True, slots=True)
class Emulator:
    pid: int
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def install(home: Home) -> None:
    """The pinned emulator in an environment of its own, made again when a pin or the Python changes."""
    mark = home.environment / "installed"
    wanted = hashlib.sha256(_REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        return
    shutil.rmtree(home.environment, ignore_errors=True)
    uv = find_uv_bin()
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(home.environment)], check=True)
    install = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--require-hashes", "-r", str(_REQUIREMENTS)]
    subprocess.run([*install, "--python", _python(home)], check=True)
    mark.write_text(wanted)


def running(home: Home) -> Emulator | None:
    """The home's emulator when it is alive and answers."""
    emulator = _recorded(home)
    return emulator if emulator and _is_alive(home, emulator) and _is_healthy(emulator) else None


def start(home: Home, port: int | None = None, *, crash_seed: int | None = None) -> Emulator:
    """The running emulator, or a new one on `port` (else on a free one); with a seed, one that crashes by it."""
    if alive := running(home):
        return alive
    stop(home)
    install(home)
    emulator = _launch(home, port or _free_port(), crash_seed)
    _wait_until_healthy(home, emulator)
    return emulator


def stop(home: Home) -> None:
    """Ends the emulator and its Lambda workers, and forgets what only they knew; the log stays."""
    emulator = _recorded(home)
    if emulator and _is_alive(home, emulator):
        end_group(emulator.pid)
    for file in (home.emulator_file, home.hub_file, home.outputs_file):
        file.unlink(missing_ok=True)
    for folder in (home.scratch, home.last_run):
        shutil.rmtree(folder, ignore_errors=True)


def _launch(home: Home, port: int, crash_seed: int | None) -> Emulator:
    home.scratch.mkdir(parents=True, exist_ok=True)
    crashing = [str(_CRASHING_LAUNCHER), str(home.folder), str(crash_seed)]
    program = [str(_LAUNCHER), str(home.folder)] if crash_seed is None else crashing
    command = [_python(home), *program]
    emulator = Emulator(start_detached(command, _environment(home, port), home.emulator_log), port)
    home.emulator_file.write_text(json.dumps(asdict(emulator)))
    return emulator


def _environment(home: Home, port: int) -> dict[str, str]:
    """Only what is named here: MiniStack hands its own environment on to the functions."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home.scratch),
        "LANG": "C.UTF-8",
        "TMPDIR": str(home.scratch),
        "STATE_DIR": str(home.scratch / "state"),
        "S3_DATA_DIR": str(home.scratch / "s3"),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",  # it would listen on every interface, whatever BIND_HOST says
        "LOG_LEVEL": "WARNING",
    }


def _wait_until_healthy(home: Home, emulator: Emulator) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if _is_healthy(emulator):
            return
        if has_ended(emulator.pid):
            break
        time.sleep(0.1)
    stop(home)
    raise EmulatorError(f"MiniStack did not start on port {emulator.port}; see {home.emulator_log}")


def _is_healthy(emulator: Emulator) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{emulator.url}/_ministack/health", timeout=5) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004 (HTTP)
    except (urllib.error.URLError, OSError):
        return False


def _is_alive(home: Home, emulator: Emulator) -> bool:
    """Alive and ours: the number may have passed to another process since."""
    command = command_of(emulator.pid)
    return any(str(launcher) in command for launcher in (_LAUNCHER, _CRASHING_LAUNCHER)) and str(home.folder) in command


def _recorded(home: Home) -> Emulator | None:
    if not home.emulator_file.exists():
        return None
    return Emulator(**json.loads(home.emulator_file.read_text()))


def _python(home: Home) -> str:
    return str(home.environment / "bin" / "python")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
