"""The dependencies of the functions as a layer, built without docker and cached by what it is made of."""

import hashlib
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from uv import find_uv_bin

ROOT = Path(__file__).parents[1]
LAYERS = ROOT / "build" / "layers"

# boto3 and what it alone needs are part of Lambda's Python runtime, and of the emulators' own environments; leaving
# them out makes the layer 26 MB smaller.
IN_THE_RUNTIME = ("boto3", "botocore", "s3transfer", "python-dateutil", "six", "urllib3")
# What no import needs: tests, headers, stubs, documents, and a second backend of zstandard for PyPy.
UNUSED_FOLDERS = ("tests", "include", "doc", "docs", "__pycache__", "f2py")
UNUSED_FILES = ("*.pyi", "*.pyx", "*.pxd", "*.h", "*.c", "*.a", "*.lib", "_cffi.*.so", "backend_cffi.py", "RECORD")
# Programs begin with the path of the interpreter that installed them, which is another one on each machine; and RECORD,
# which no import reads, has their digests.
PROGRAMS = "bin"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a layer runs: uv's name of the platform, and the Python version."""

    platform: str
    python: str


# A layer has what a group of pyproject.toml names; functions that need none but the core have none but the core.
CORE = "core"
KAFKA = "kafka"
PARQUET = "parquet"
PACKAGES = {
    CORE: ("--no-default-groups",),
    KAFKA: ("--only-group", "kafka"),
    PARQUET: ("--only-group", "parquet"),
}

LAMBDA = Target(platform="aarch64-manylinux_2_28", python="3.13")


def this_machine() -> Target:
    """An emulator runs functions with an interpreter of this machine, the one that runs us."""
    system = "apple-darwin" if sys.platform == "darwin" else "manylinux_2_28"
    machine = "aarch64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"
    return Target(platform=f"{machine}-{system}", python=f"{sys.version_info.major}.{sys.version_info.minor}")


def layer_folder(name: str, target: Target) -> Path:
    """The folder of the layer of this name, of PACKAGES, built on first use; the next synth finds it."""
    folder = LAYERS / f"{name}-{_digest(target)}"
    if not folder.exists():
        unfinished = unfinished_beside(LAYERS)
        _install(target, unfinished / "python", PACKAGES[name])
        _trim(unfinished / "python")
        compile_in(unfinished / "python", python=target.python, seen_as="/opt/python")
        finished(unfinished, folder)
    return folder


def unfinished_beside(folder: Path) -> Path:
    """A new folder of our own to build in: another synth may be building the same."""
    folder.mkdir(parents=True, exist_ok=True)
    return Path(mkdtemp(prefix=".unfinished-", dir=folder))


def finished(unfinished: Path, folder: Path) -> Path:
    """What was built, under the name of its content; whoever is first wins, as both have built the same."""
    unfinished.chmod(0o755)
    try:
        unfinished.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        shutil.rmtree(unfinished)
    return folder


def _digest(target: Target) -> str:
    made_of = (ROOT / "uv.lock").read_bytes() + Path(__file__).read_bytes() + repr(target).encode()
    return hashlib.sha256(made_of).hexdigest()[:16]


def _install(target: Target, folder: Path, packages: Sequence[str]) -> None:
    uv = find_uv_bin()
    folder.mkdir(parents=True)
    requirements = folder.parent / "requirements.txt"
    left_out = [option for package in IN_THE_RUNTIME for option in ("--no-emit-package", package)]
    export = [uv, "export", "--quiet", "--locked", *packages, "--no-emit-project", *left_out]
    subprocess.run([*export, "--output-file", requirements], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    install = [uv, "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--requirements", str(requirements)]
    where = ["--python-platform", target.platform, "--python-version", target.python, "--only-binary", ":all:"]
    subprocess.run([*install, *where, "--target", str(folder)], cwd=ROOT, check=True)
    requirements.unlink()


def _trim(folder: Path) -> None:
    shutil.rmtree(folder / PROGRAMS, ignore_errors=True)
    for name in UNUSED_FOLDERS:
        for unused in [path for path in folder.rglob(name) if path.is_dir()]:
            shutil.rmtree(unused, ignore_errors=True)
    for pattern in UNUSED_FILES:
        for file in folder.rglob(pattern):
            file.unlink()


def compile_in(folder: Path, *, python: str, seen_as: str) -> None:
    """Adds byte code, for a function may not write it and would compile at every cold start: that doubles one.

    Done only if the interpreter that is meant is on this machine; `seen_as` is where Lambda will have the folder.
    """
    interpreter = _interpreter(python)
    if interpreter:
        compile_all = [interpreter, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
        paths = ["-s", str(folder), "-p", seen_as, str(folder)]
        subprocess.run([*compile_all, *paths], check=False, stdout=subprocess.DEVNULL)


@cache
def _interpreter(version: str) -> str | None:
    if version == this_machine().python:
        return sys.executable
    find = [find_uv_bin(), "python", "find", "--no-project", "--no-python-downloads", version]
    return subprocess.run(find, check=False, capture_output=True, text=True).stdout.strip() or None
