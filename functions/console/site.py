"""The built page on disk: files that never change under their name, and the page that names them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

_NAMED: Final = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
TYPES: Final[Mapping[str, str]] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
SUFFIXES: Final[Mapping[str, str]] = {"br": ".br", "gzip": ".gz"}
"""What the build leaves beside a file, the smallest first."""


@dataclass(frozen=True, slots=True)
class File:
    content: bytes
    content_type: str
    encoding: str | None


@dataclass(frozen=True)
class Site:
    """Files are read when they are first asked for, in the best encoding that whoever asks can read."""

    folder: Path

    def page(self, accepted: str) -> File:
        """FileNotFoundError where there was no build."""
        return _read(self.folder / "index.html", _encodings(accepted))

    def part(self, name: str, accepted: str) -> File | None:
        """The part of the page with this name, that holds a hash of its content; None if there is none."""
        file = self.folder / "assets" / name
        if not _NAMED.fullmatch(name) or file.suffix not in TYPES or not file.is_file():
            return None
        return _read(file, _encodings(accepted))


@lru_cache(maxsize=512)
def _read(file: Path, encodings: tuple[str, ...]) -> File:
    for encoding in encodings:
        smaller = file.with_name(file.name + SUFFIXES[encoding])
        if smaller.is_file():
            return File(smaller.read_bytes(), TYPES[file.suffix], encoding)
    return File(file.read_bytes(), TYPES[file.suffix], None)


def _encodings(accepted: str) -> tuple[str, ...]:
    """Those that are built and accepted, the smallest first.

    >>> _encodings("gzip, deflate, br;q=0.9"), _encodings("br;q=0, gzip"), _encodings("")
    (('br', 'gzip'), ('gzip',), ())
    """
    wanted = set(_wanted(accepted))
    return tuple(encoding for encoding in SUFFIXES if encoding in wanted)


def _wanted(accepted: str) -> Iterator[str]:
    for offer in accepted.lower().split(","):
        name, _, quality = offer.partition(";")
        if quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            yield name.strip()
