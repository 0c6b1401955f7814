"""Undoes the Content-Encoding of a body, never inflating more than the limit, whatever the body claims."""

import zlib
from collections.abc import Callable
from typing import Any

from functions.ingestion.request import Limits
from shared.errors import RejectedRequestError
from shared.packs.compression import zstd

MAX_ENCODINGS = 3
MAX_MEMBERS = 256
"""A body may be several compressed files in a row, but each costs a copy of what follows it."""
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_ZSTD_WINDOW: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 23}
"""8 MiB, the most that RFC 9659 allows in HTTP: a frame of a few bytes may otherwise ask for 128."""


def inflate(body: bytes, encodings: str, limits: Limits) -> bytes:
    """`encodings` is the header: codings in the order in which they were applied."""
    names = [name for name in (part.strip().lower() for part in encodings.split(",")) if name not in ("", "identity")]
    if len(names) > MAX_ENCODINGS or not all(name in _INFLATERS for name in names):
        raise RejectedRequestError(
            415, "unsupported_encoding", "Content-Encoding may be gzip, deflate, zstd or identity"
        )
    for name in reversed(names):
        body = _inflated(body, _INFLATERS[name], limits)
    return body


def _inflated(body: bytes, inflater: Callable[[bytes, int], bytes | None], limits: Limits) -> bytes:
    """One byte more than the limit is asked for, to tell a body that is too large from one that just fits."""
    try:
        inflated = inflater(body, limits.inflated_bytes + 1)
    except (zlib.error, zstd.ZstdError):
        inflated = None
    if inflated is None:
        raise RejectedRequestError(400, "unreadable_body", "The body is not what its Content-Encoding says")
    if len(inflated) > limits.inflated_bytes:
        raise RejectedRequestError(413, "body_too_large", f"A body inflates to at most {limits.inflated_bytes} bytes")
    return inflated


def _gzip(body: bytes, most: int) -> bytes | None:
    return _joined(body, most, lambda: zlib.decompressobj(_GZIP_OR_ZLIB))


def _deflate(body: bytes, most: int) -> bytes | None:
    """As the standard has it, in zlib's wrapping, or bare, as many send it."""
    try:
        return _gzip(body, most)
    except zlib.error:
        return _joined(body, most, lambda: zlib.decompressobj(-zlib.MAX_WBITS))


def _zstd(body: bytes, most: int) -> bytes | None:
    return _joined(body, most, lambda: zstd.ZstdDecompressor(options=_ZSTD_WINDOW))


def _joined(body: bytes, most: int, new_inflater: Callable[[], Any]) -> bytes | None:
    """Every member of the body inflated, at most `most` bytes in all; None if the last is cut short or they are many."""
    parts: list[bytes] = []
    for _ in range(MAX_MEMBERS):
        inflater = new_inflater()
        parts.append(inflater.decompress(body, most))
        most -= len(parts[-1])
        body = inflater.unused_data
        if most <= 0 or (inflater.eof and not body):
            return b"".join(parts)
        if not inflater.eof:
            return None
    return None


_INFLATERS: dict[str, Callable[[bytes, int], bytes | None]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "zstd": _zstd,
}
