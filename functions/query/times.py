"""The times that a query names: RFC 3339, or relative to now."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.errors import RejectedRequestError
from shared.windows.window import EPOCH

_RELATIVE: Final = re.compile(r"now(?:-(\d{1,6})([smhd]))?")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
# A plus sign that was not escaped in the query string arrives as a space.
_RFC_3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+\- ]\d\d:\d\d)")
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


def instant(text: str, now: datetime) -> datetime:
    """ValueError for what is neither.

    >>> noon = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    >>> f"{instant('now-90m', noon):%H:%M}", f"{instant('2026-11-22T12:00:00+02:00', noon):%H:%M}"
    ('10:30', '10:00')
    """
    if relative := _RELATIVE.fullmatch(text):
        amount, unit = relative.groups()
        return _usable(now - timedelta(**{_UNITS[unit]: int(amount)}) if amount else now)
    if not _RFC_3339.fullmatch(text):
        raise ValueError("a time is RFC 3339 with an offset (2026-11-22T10:00:00Z), now, or now-30m (s, m, h, d)")
    return _usable(datetime.fromisoformat(text.replace(" ", "+").upper()))


def span(start: str, end: str, now: datetime, longest: timedelta) -> tuple[datetime, datetime]:
    """Start and end as instants; a range that is empty or too long is refused with the field at fault."""
    instants = {}
    for field, text in (("start", start), ("end", end)):
        try:
            instants[field] = instant(text, now)
        except (ValueError, OverflowError) as error:
            raise _refused(field, str(error)) from None
    if instants["end"] <= instants["start"]:
        raise _refused("end", "the end must be after the start")
    if instants["end"] - instants["start"] > longest:
        raise _refused(
            "start", f"the range may be at most {_spelled(longest)} here; a coarser resolution reaches farther"
        )
    return instants["start"], instants["end"]


def _usable(at: datetime) -> datetime:
    if not EPOCH <= at <= LATEST:
        raise ValueError("the time is out of range")
    return at.astimezone(UTC)


def _spelled(length: timedelta) -> str:
    return f"{length.days} days" if length.days > 1 else f"{length // timedelta(hours=1)} hours"


def _refused(field: str, message: str) -> RejectedRequestError:
    return RejectedRequestError(400, "invalid_time", message, {field: message})
