"""Something that speaks AWS at an address: the emulator that is started here, or whatever else runs already."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class Endpoint(Protocol):
    @property
    def url(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An `Endpoint` that others have started, and will stop."""

    url: str


def given_endpoint(environment: Mapping[str, str] = os.environ) -> Elsewhere | None:
    """The one that AWS_ENDPOINT_URL names, by its number: names of buckets before a host name would not resolve.

    >>> given_endpoint({"AWS_ENDPOINT_URL": "http://localhost:4566/"})
    Elsewhere(url='http://127.0.0.1:4566')
    """
    given = environment.get("AWS_ENDPOINT_URL", "").rstrip("/")
    return Elsewhere(given.replace("//localhost:", "//127.0.0.1:")) if given else None
