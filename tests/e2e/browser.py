"""A browser for the tests of the console: the machine's own Chromium, installed where there is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=_installed(), args=["--no-sandbox", "--no-proxy-server"])
        yield started
        started.close()


def _installed() -> str | None:
    """None where Playwright has brought its own, which it only can where its downloads can be reached."""
    if found := _found():
        return found
    as_root = () if os.geteuid() == 0 else ("sudo",)
    if shutil.which("apt-get"):
        subprocess.run([*as_root, "apt-get", "install", "--yes", "--quiet", "chromium"], check=False)
    if found := _found():
        return found
    subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], check=True)
    return None


def _found() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)
