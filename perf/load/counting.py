"""Whether what a hub accepted is counted, once: read until it is there, or for two minutes."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from infra.local.clock import written
from infra.local.hub import Hub

PATIENCE_SECONDS: Final = 120
POLL_SECONDS: Final = 0.25


def counted(hub: Hub, began: datetime, at_least: int) -> int:
    """Requests that the hub's tenant has made since; open windows are read as they are."""
    until = time.monotonic() + PATIENCE_SECONDS
    while (found := _requests(hub, began)) < at_least and time.monotonic() < until:
        time.sleep(POLL_SECONDS)
    return found


def miscounted(accepted: int, unsure: int, found: int) -> Iterator[str]:
    """An event whose POST was not answered may be counted or not; every other is, once.

    >>> list(miscounted(10, 0, 10)), list(miscounted(10, 5, 13)), list(miscounted(10, 0, 11))
    ([], [], ['10 events were accepted and 11 are counted'])
    """
    if not accepted <= found <= accepted + unsure:
        yield f"{accepted:,} events were accepted and {found:,} are counted"


def _requests(hub: Hub, began: datetime) -> int:
    minute = began.replace(second=0, microsecond=0)
    span = {"start": written(minute - timedelta(minutes=1)), "end": written(datetime.now(UTC) + timedelta(minutes=2))}
    page = hub.get("/v1/metrics", measure="requests", resolution="1m", **span)
    sums: list[float] = [point["sum"] for series in page["series"] for point in series["points"]]
    return round(sum(sums))
