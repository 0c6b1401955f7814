"""Looks at the alarms of a hub for a while after a release."""

import time
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

BETWEEN_LOOKS = timedelta(seconds=15)
Sleep = Callable[[float], None]


def raised(client: "CloudWatchClient", prefix: str) -> list[str]:
    """The names of the alarms that are up, simple and composite."""
    pages = client.get_paginator("describe_alarms").paginate(
        AlarmNamePrefix=prefix, AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    return sorted(
        alarm["AlarmName"]
        for page in pages
        for alarm in (*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ()))
        if alarm["StateValue"] == "ALARM"
    )


def watched(
    client: "CloudWatchClient",
    prefix: str,
    patience: timedelta,
    sleep: Sleep = time.sleep,
    before: Collection[str] | None = None,
) -> list[str]:
    """The alarms that rise while we watch, ending with the first. Those that were up `before` (if it is not said, those that
    are up at the beginning) are not the release's.
    """
    known = set(raised(client, prefix) if before is None else before)
    for _ in range(max(1, patience // BETWEEN_LOOKS)):
        if risen := sorted(set(raised(client, prefix)) - known):
            return risen
        sleep(BETWEEN_LOOKS.total_seconds())
    return []
