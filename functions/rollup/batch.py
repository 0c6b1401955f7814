"""What a batch of window_state's stream says: a doorbell, of which only the keys are read."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.windows.window import Window

_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ")
_WRITES = {"INSERT", "MODIFY"}
_ENDING = timedelta(seconds=20)
"""What is kept back of an invocation's time for the window at hand and its parents."""


def touched_minutes(event: Mapping[str, Any]) -> frozenset[Window]:
    """The minutes whose state was written; none for progress and unlisted segments, nor for items that have expired."""
    return frozenset(Window.from_key(key) for key in _written_keys(event["Records"]) if _MINUTE.fullmatch(key))


def deadline(now: datetime, remaining_milliseconds: int) -> datetime:
    """Until when a new minute may be begun."""
    return now + timedelta(milliseconds=remaining_milliseconds) - _ENDING


def _written_keys(records: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    return (record["dynamodb"]["Keys"]["pk"]["S"] for record in records if record["eventName"] in _WRITES)
