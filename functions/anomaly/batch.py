"""What a batch of closed_windows' stream says: a doorbell, of which only the keys are read."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from shared.windows.window import Resolution, Window

_ENDING: Final = timedelta(seconds=30)
"""What is kept back of an invocation's time for the windows at hand."""


def touched_windows(records: Iterable[Mapping[str, Any]], resolution: Resolution) -> frozenset[Window]:
    """The windows of a resolution whose heads were written; the cursor rings too, and is read anyway."""
    keys = (record["dynamodb"]["Keys"]["pk"]["S"] for record in records)
    split = (key.partition("#") for key in keys)
    return frozenset(Window.from_key(start, resolution) for of, _, start in split if of == resolution.value)


def deadline(now: datetime, remaining_milliseconds: int) -> datetime:
    """Until when windows may be begun."""
    return now + timedelta(milliseconds=remaining_milliseconds) - _ENDING
