"""What an invocation brings: messages of the queue, or the hour's tick."""

from collections.abc import Mapping
from typing import Any

import msgspec

from shared.forecasts.stores import Task


def tasks_of(event: Mapping[str, Any]) -> list[Task] | None:
    """None for the tick, of which there is nothing to read."""
    if "Records" not in event:
        return None
    return [msgspec.json.decode(record["body"], type=Task) for record in event["Records"]]
