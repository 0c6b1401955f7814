"""Where one item of a request ends and the next begins: a JSON array, one JSON object, or NDJSON."""

import re
from collections.abc import Iterator

import msgspec

from shared.errors import RejectedRequestError

MAX_EVENTS = 10_000
"""Events in one request. The body's own limit (4 MB) comes first for all but tiny events and compressed bodies."""
MAX_COMMAS = 64 * MAX_EVENTS
MAX_BROKEN_BYTES = 4 * 1024 * 1024
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes it cannot read; the last two are no errors of its own."""

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])
_DEPTH = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}


def split_items(body: bytes, *, ndjson: bool) -> list[bytes]:
    """The bytes of each item, without the white space around it; each is judged on its own afterwards."""
    if ndjson:
        return limited([line for line in map(bytes.strip, body.split(b"\n")) if line])
    text = body.strip()
    if text[:1] != b"[":
        return [text]
    if text.count(b",") > MAX_COMMAS:
        raise too_many()
    try:
        return limited(list(map(bytes, _ITEMS.decode(text))))
    except UNREADABLE:
        return limited(list(_broken_array(text)))


def limited(items: list[bytes]) -> list[bytes]:
    if len(items) > MAX_EVENTS:
        raise too_many()
    return items


def too_many() -> RejectedRequestError:
    return RejectedRequestError(413, "too_many_events", f"A request holds at most {MAX_EVENTS} events")


def _broken_array(text: bytes) -> Iterator[bytes]:
    """The items of an array that is not JSON as a whole, cut at the commas between them.

    A NaN or an item nested 100,000 levels deep so costs nobody but itself. Only a bracket that is missing (or one too
    many) takes its neighbours with it.
    """
    if len(text) > MAX_BROKEN_BYTES:
        raise RejectedRequestError(400, "invalid_json", "The body is not JSON")
    start, depth = 1, 0
    for token in _TOKEN.finditer(text):
        mark = token[0]
        depth += _DEPTH.get(mark, 0)
        if (mark == b"," and depth == 1) or (mark == b"]" and depth == 0):
            yield text[start : token.start()].strip()
            start = token.end()
    if text[start:].strip():
        yield text[start:].strip()
