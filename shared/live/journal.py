"""What clients of a tenant are told, numbered without gaps, so that each of them knows whether it has missed anything."""

from enum import StrEnum
from typing import Any

import msgspec


class News(StrEnum):
    WINDOW = "window"
    ANOMALY = "anomaly"
    INCIDENT = "incident"
    RELOAD = "reload"
    """Nobody has listened for a while, and what happened meanwhile is not here: read it anew."""


class Fact(msgspec.Struct, frozen=True):
    """Something that happened, in one version; `about` and `version` together are told once."""

    news: News
    about: str
    version: int
    body: dict[str, Any] = {}

    @property
    def identity(self) -> str:
        return f"{self.news}#{self.about}#{self.version}"


class Entry(msgspec.Struct, frozen=True):
    sequence: int
    fact: Fact
