"""`python -m tests.e2e.screenshots [view ...]`: every view of the console on the hub that `make run` has left, as a picture.

At three sizes, light and dark, whole pages: build/screenshots/<size>-<colours>-<view>.png. They are for looking at.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, TimeoutError as NotYetError

from infra.local.home import PROJECT, Home
from infra.local.hub import Hub
from tests.e2e.browser import browser

VIEWS = (
    "overview",
    "models",
    "cost",
    "security",
    "governance",
    "anomalies",
    "incidents",
    "forecasts",
    "events",
    "quality",
    "dashboards",
    "rules",
    "keys",
    "privacy",
    "settings",
    "dashboards/new?template=executive",
)
PLANNED = ("forecasts",)
"""Seen with the key of the tenant that has a history to plan from."""
SIZES = {"phone": (390, 844), "laptop": (1440, 900), "wall": (2560, 1440)}
Colours = Literal["light", "dark"]
COLOURS: tuple[Colours, ...] = ("light", "dark")
PATIENCE_MILLISECONDS = 30_000
TO_DRAW_MILLISECONDS = 1200
BUSY = "document.querySelector('[role=status][aria-label^=Loading]') || document.body.innerText.includes('…\\n')"


@dataclass(frozen=True, slots=True)
class Album:
    """Where pictures of whole pages, or of their first screen, are kept."""

    chromium: Browser
    folder: Path
    is_whole: bool = True

    def take(self, hub: Hub, size: str, colours: Colours, views: Sequence[str]) -> None:
        with self._page(hub, size, colours) as page:
            for view in views:
                page.goto(f"{hub.url}/#/{'' if view == 'overview' else view}")
                settle(page)
                name = view.partition("?")[0].replace("/", "-")
                page.screenshot(path=self.folder / f"{size}-{colours}-{name}.png")
                if self.is_whole:
                    self._whole(page, size, self.folder / f"{size}-{colours}-{name}-whole.png")

    def _whole(self, page: Page, size: str, file: Path) -> None:
        """A window as high as the page, for a chart is fetched when it comes into sight."""
        width, height = SIZES[size]
        for _ in range(2):
            tall = int(page.evaluate("document.documentElement.scrollHeight"))
            page.set_viewport_size({"width": width, "height": max(height, tall)})
            settle(page)
        page.screenshot(path=file)
        page.set_viewport_size({"width": width, "height": height})

    @contextmanager
    def _page(self, hub: Hub, size: str, colours: Colours) -> Iterator[Page]:
        width, height = SIZES[size]
        context = self.chromium.new_context(viewport={"width": width, "height": height}, color_scheme=colours)
        session = json.dumps({"kind": "key", "key": hub.api_key})
        context.add_init_script(f"sessionStorage.setItem('hub.session', JSON.stringify({session}))")
        yield context.new_page()
        context.close()


def settle(page: Page) -> None:
    """Whatever is loading has come, or shows itself as still loading in the picture."""
    page.wait_for_timeout(TO_DRAW_MILLISECONDS)
    try:
        page.wait_for_function(f"() => !({BUSY})", timeout=PATIENCE_MILLISECONDS)
    except NotYetError:
        return
    page.wait_for_timeout(TO_DRAW_MILLISECONDS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("views", nargs="*", default=VIEWS)
    parser.add_argument("--sizes", nargs="*", default=tuple(SIZES), choices=tuple(SIZES))
    parser.add_argument("--colours", nargs="*", default=COLOURS, choices=COLOURS)
    parser.add_argument("--first-screen", action="store_true", help="no picture of the whole page")
    asked = parser.parse_args()
    home, folder = Home.of_project(), PROJECT / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    hub, planned = (Hub.load(file) for file in (home.hub_file, home.planning_file))
    with browser() as chromium:
        album = Album(chromium, folder, not asked.first_screen)
        for size in asked.sizes:
            for colours in asked.colours:
                album.take(hub, size, colours, [view for view in asked.views if view not in PLANNED])
                album.take(planned, size, colours, [view for view in asked.views if view in PLANNED])
    sys.stdout.write(f"The pictures are in {folder}\n")


if __name__ == "__main__":
    main()
