"""Waits, within bounds, for what the hub does by itself after it was sent something."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from infra.local import totals
from infra.local.clock import cursor, end_of_minute, tick, watermark
from infra.local.endpoint import Endpoint
from infra.local.hub import Hub, HubRefusedError
from infra.local.recording import Recorded
from infra.local.totals import Totals

# Closing delay and guard of the window protocol, and a moment for the tick to arrive.
_CLOSING = timedelta(seconds=33)
_PATIENCE = timedelta(seconds=120)
_POLL_SECONDS = 1.0

Tell = Callable[[str], None]


def until_final(hub: Hub, emulator: Endpoint, recorded: Recorded, tell: Tell) -> Totals:
    """The totals once every window of the run is final; after a bounded wait the totals as they are."""
    until_closed(hub, emulator, end_of_minute(datetime.fromisoformat(recorded.end)), tell)
    return _settled(hub, recorded, tell)


def until_closed(hub: Hub, emulator: Endpoint, end: datetime, tell: Tell) -> None:
    """Until every window that ends by then has been announced, or patience has."""
    _sleep_until(end + _CLOSING, lambda left: tell(f"the last window closes in {left:.0f} s"))
    tick(emulator)
    tell("windows are being announced")
    _poll(lambda: _has_come_to(cursor(hub), end))


def until_read(hub: Hub, emulator: Endpoint, sent_at: datetime, tell: Tell) -> None:
    """Until every record that was in the stream at `sent_at` has been folded and what it touched published."""
    time.sleep(2.5)  # the protocol's guard against jitter of arrival stamps
    tick(emulator)
    tell("the stream is being read")
    if not _poll(lambda: _has_come_to(watermark(hub), sent_at)):
        raise HubRefusedError(f"the hub has not read up to {sent_at}")
    time.sleep(_POLL_SECONDS)


def _has_come_to(reached: datetime | None, at: datetime) -> bool:
    return reached is not None and reached >= at


def _settled(hub: Hub, recorded: Recorded, tell: Tell) -> Totals:
    """Revisions of windows that were announced before come after the cursor, those of longer windows last.

    As long as they come, they are waited for.
    """
    seen, give_up = (0, 0), datetime.now(UTC) + _PATIENCE
    while datetime.now(UTC) < give_up:
        minutes = totals.fetch(hub, recorded, ("events",))
        folded = (round(minutes.of("events")), totals.summarised_events(hub, recorded))
        if folded == (recorded.events, recorded.events) and not minutes.open_points:
            break
        if folded != seen:
            seen, give_up = folded, datetime.now(UTC) + _PATIENCE
        tell(f"{min(folded):,} of {recorded.events:,} events are in closed windows")
        time.sleep(_POLL_SECONDS)
    return totals.fetch(hub, recorded)


def _poll(holds: Callable[[], bool]) -> bool:
    give_up = datetime.now(UTC) + _PATIENCE
    while datetime.now(UTC) < give_up:
        if holds():
            return True
        time.sleep(_POLL_SECONDS)
    return False


def _sleep_until(at: datetime, tell_left: Callable[[float], None]) -> None:
    while (left := (at - datetime.now(UTC)).total_seconds()) > 0:
        tell_left(left)
        time.sleep(min(1.0, left))
