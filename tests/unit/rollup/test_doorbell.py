"""Whoever waits for closed windows is rung for each, after its head, however often rollup dies before."""

import pytest

from shared.errors import TransientError
from shared.windows.window import Window
from tests.builders.rolling import SMALL, RollingHub, five, minute, quarter


class Bell:
    def __init__(self, hub: RollingHub) -> None:
        self.hub = hub
        self.rung: list[tuple[Window, int]] = []
        self.is_broken = False

    def ring(self, window: Window) -> None:
        if self.is_broken:
            raise TransientError("ring")
        self.rung.append((window, self.hub.closed.heads[window].version))


def ringing() -> tuple[RollingHub, Bell]:
    hub = RollingHub()
    hub.begin_at(minute(0))
    hub.doorbell = bell = Bell(hub)
    return hub, bell


def test_it_rings_for_every_window_that_is_announced_and_every_revision() -> None:
    hub, bell = ringing()
    hub.fold(minute(4), (SMALL, {"input_tokens": 5}))
    hub.close(minute(4))
    assert bell.rung[-2:] == [(minute(4), 1), (five(minute(4)), 1)]
    bell.rung.clear()

    hub.fold(minute(4), (SMALL, {"input_tokens": 7}))
    hub.wake(minute(4))

    assert bell.rung == [(minute(4), 2), (five(minute(4)), 2)]


def test_a_head_that_was_put_by_one_who_died_before_ringing_is_rung_for() -> None:
    hub, bell = ringing()
    hub.close(minute(13))
    hub.fold(minute(14), (SMALL, {"input_tokens": 5}))
    bell.rung.clear()
    bell.is_broken = True
    with pytest.raises(TransientError):
        hub.close(minute(14))
    assert hub.closed.heads[minute(14)].version == 1

    bell.is_broken = False
    hub.wake()

    assert bell.rung == [(minute(14), 1), (five(minute(14)), 1), (quarter(minute(14)), 1)]
