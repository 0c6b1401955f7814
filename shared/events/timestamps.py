"""Event times as text: RFC 3339 in, one canonical form out, "2026-11-22T10:05:12.345678Z", that sorts as time does."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

from shared.errors import RejectedEventError

_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)",
    re.ASCII,
)
_CANONICAL_LENGTH = 27
_TEMPLATE = b"0000-00-00T00:00:00.000000Z"
_ANY_DIGIT = bytes.maketrans(b"123456789", b"000000000")
_MICROSECONDS = 6
_WHOLE_SECONDS = 19


def format_timestamp(instant: datetime) -> str:
    """The canonical form of an aware instant.

    >>> format_timestamp(datetime(2026, 11, 22, 10, 5, tzinfo=UTC))
    '2026-11-22T10:05:00.000000Z'
    """
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_timestamp(text: str) -> datetime:
    """The instant of a canonical timestamp."""
    return datetime.fromisoformat(text)


def canonical_timestamp(text: str) -> str:
    """The canonical form of an RFC 3339 timestamp, whose offset must be given.

    Digits below the microsecond are cut off, so that an instant never moves into the next window; a leap second is the
    last microsecond of its minute.

    >>> canonical_timestamp("2026-11-22t11:05:12.3456789+01:00")
    '2026-11-22T10:05:12.345678Z'
    """
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise _invalid()
    date, minute, second, fraction, offset = match.groups(default="")
    if second == "60":
        second, fraction = "59", "999999"
    local = f"{date}T{minute}:{second}.{fraction[:_MICROSECONDS].ljust(_MICROSECONDS, '0')}"
    try:
        return format_timestamp(datetime.fromisoformat(local + offset.upper()))
    except (ValueError, OverflowError):
        raise _invalid() from None


def completed(texts: Sequence[str]) -> Sequence[str]:
    """The usual spellings of UTC, filled up to the canonical length at a tenth of the cost; others are left alone.

    >>> completed(["2026-11-22T10:05:12.345Z", "2026-11-22T10:05:12+00:00", "2026-11-22T11:05:12+01:00"])
    ['2026-11-22T10:05:12.345000Z', '2026-11-22T10:05:12.000000Z', '2026-11-22T11:05:12+01:00']
    """
    if set(map(len, texts)) == {_CANONICAL_LENGTH}:
        return texts
    return [_completed(text) for text in texts]


def _completed(text: str) -> str:
    local = text[:-1] if text[-1:] == "Z" else text.removesuffix("+00:00")
    if len(local) == len(text):
        return text
    return f"{local:0<26}Z" if len(local) > _WHOLE_SECONDS else f"{local}.000000Z"


def are_canonical(timestamps: Sequence[str]) -> bool:
    """Whether every one is canonical already: the whole batch is compared at once, at some 50 ns each.

    >>> are_canonical(["2026-11-22T10:05:12.345678Z"]), are_canonical(["2026-11-22T10:05:12Z"])
    (True, False)
    """
    joined = "".join(timestamps).encode()
    return (
        set(map(len, timestamps)) == {_CANONICAL_LENGTH}
        and joined.translate(_ANY_DIGIT) == _TEMPLATE * len(timestamps)
        and max(joined[17::_CANONICAL_LENGTH]) <= ord("5")
        and all(map(_is_minute, {timestamp[:16] for timestamp in timestamps}))
    )


@lru_cache(maxsize=4096)
def _is_minute(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _invalid() -> RejectedEventError:
    return RejectedEventError(
        "invalid_timestamp",
        "Expected an RFC 3339 timestamp with its offset, as 2026-11-22T10:05:12Z - at `$.timestamp`",
    )
