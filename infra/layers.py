"""The dependencies of the functions as a layer, built without docker and cached by what it is made of."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from uv import find_uv_bin

ROOT = Path(__file__).parents[1]
LAYERS = ROOT / "build" / "layers"

# boto3 is part of Lambda's Python runtime; leaving it out makes the layer 26 MB smaller.
IN_THE_RUNTIME = ("boto3", "botocore", "s3transfer")
# What no import needs: tests, headers, stubs, documents.
UNUSED_FOLDERS = ("tests", "include", "doc", "docs", "bin", "__pycache__", "f2py", "_pyrepl")
UNUSED_FILES = ("*.pyi", "*.pyx", "*.pxd", "*.h", "*.c", "*.a", "*.lib")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a layer runs: uv's name of the platform, the Python version, and which packages are there already."""

    platform: str
    python: str
    left_out: tuple[str, ...] = ()


LAMBDA = Target(platform="aarch64-manylinux_2_28", python="3.13", left_out=IN_THE_RUNTIME)


def this_machine() -> Target:
    """An emulator runs functions with its own interpreter, which is ours, and brings no boto3 to them."""
    system = "apple-darwin" if sys.platform == "darwin" else "manylinux_2_28"
    machine = "aarch64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"
    return Target(platform=f"{machine}-{system}", python=f"{sys.version_info.major}.{sys.version_info.minor}")


def core_layer(target: Target) -> Path:
    """The folder of the layer "core", built on first use; the next synth finds it."""
    folder = LAYERS / f"core-{_digest(target)}"
    if not folder.exists():
        unfinished = folder.with_suffix(f".{os.getpid()}")
        shutil.rmtree(unfinished, ignore_errors=True)
        _install(target, unfinished / "python")
        _trim(unfinished / "python")
        _compile(target, unfinished / "python")
        unfinished.rename(folder)
    return folder


def _digest(target: Target) -> str:
    made_of = (ROOT / "uv.lock").read_bytes() + Path(__file__).read_bytes() + repr(target).encode()
    return hashlib.sha256(made_of).hexdigest()[:16]


def _install(target: Target, folder: Path) -> None:
    uv = find_uv_bin()
    folder.mkdir(parents=True)
    requirements = folder.parent / "requirements.txt"
    left_out = [option for package in target.left_out for option in ("--no-emit-package", package)]
    export = [uv, "export", "--quiet", "--locked", "--no-default-groups", "--no-emit-project", *left_out]
    subprocess.run([*export, "--output-file", requirements], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    install = [uv, "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--requirements", str(requirements)]
    where = ["--python-platform", target.platform, "--python-version", target.python, "--only-binary", ":all:"]
    subprocess.run([*install, *where, "--target", str(folder)], cwd=ROOT, check=True)
    requirements.unlink()


def _trim(folder: Path) -> None:
    for name in UNUSED_FOLDERS:
        for unused in [path for path in folder.rglob(name) if path.is_dir()]:
            shutil.rmtree(unused, ignore_errors=True)
    for pattern in UNUSED_FILES:
        for file in folder.rglob(pattern):
            file.unlink()


def _compile(target: Target, folder: Path) -> None:
    """Byte code halves a cold start, for a function may not write it; done if the target's interpreter is here."""
    interpreter = interpreter_for(target.python)
    if interpreter:
        command = [interpreter, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(folder)]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)


def interpreter_for(version: str) -> str | None:
    found = subprocess.run(
        [find_uv_bin(), "python", "find", "--no-project", "--no-python-downloads", version],
        check=False,
        capture_output=True,
        text=True,
    )
    return found.stdout.strip() or None
