"""Pages: where an answer broke off, as an opaque text that carries all that the next page must not see changed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import islice
from typing import Annotated, Final, TypeVar

import msgspec
from pydantic import BaseModel

from functions.query.times import LATEST
from shared.errors import RejectedRequestError
from shared.windows.window import EPOCH

T = TypeVar("T")
Instant = Annotated[datetime, msgspec.Meta(tz=True)]

_ROUNDING: Final = timedelta(hours=2)
"""Ranges are widened to whole windows at both ends."""


class Bookmark(msgspec.Struct, array_like=True, frozen=True):
    """Where a page ended. Relative times and what counted as closed are as they were for the first page."""

    asked: str
    start: Instant
    end: Instant
    closed_until: Instant
    key: tuple[str | None, ...] = ()
    window: Instant | None = None

    def behind(self, key: tuple[str | None, ...], window: datetime | None = None) -> str:
        """As text, for the page that goes on behind this."""
        moved = msgspec.structs.replace(self, key=key, window=window)
        return urlsafe_b64encode(msgspec.json.encode(moved)).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, asked: str, longest: timedelta) -> "Bookmark":
        """RejectedRequestError 400 unless it is a bookmark of the very query that is asked."""
        try:
            padded = text + "=" * (-len(text) % 4)
            bookmark = msgspec.json.decode(urlsafe_b64decode(padded.encode()), type=cls)
        except ValueError:
            raise _refused("this is no `next` of an answer") from None
        if bookmark.asked != asked:
            raise _refused("`next` belongs to another query: repeat all other parameters as they were")
        if not EPOCH <= bookmark.start < bookmark.end <= min(bookmark.start + longest + _ROUNDING, LATEST):
            raise _refused("this is no `next` of an answer")
        return bookmark


def fingerprint(tenant: str, parameters: BaseModel) -> str:
    """Of a query without its page."""
    text = tenant + parameters.model_dump_json(exclude={"next", "limit"})
    return blake2b(text.encode(), digest_size=8).hexdigest()


def page_of(found: Iterable[T], limit: int) -> tuple[list[T], bool]:
    """At most `limit` of them, and whether there is more.

    >>> page_of([1, 2, 3], 2), page_of([1, 2], 2)
    (([1, 2], True), ([1, 2], False))
    """
    iterator: Iterator[T] = iter(found)
    page = list(islice(iterator, limit))
    return page, next(iterator, None) is not None


def _refused(message: str) -> RejectedRequestError:
    return RejectedRequestError(400, "invalid_next", message, {"next": message})
