from datetime import timedelta

import pytest

from shared.errors import TransientError
from shared.windows.closed import Cursor
from shared.windows.rollups import Rollup
from shared.windows.window import Resolution, Window
from tests.builders.rolling import DELAY, LARGE, SMALL, RollingHub, five, minute, quarter


def closed_hub() -> RollingHub:
    """Twenty minutes are announced, with an event in the third."""
    hub = RollingHub()
    hub.begin_at(minute(0))
    hub.fold(minute(2), (SMALL, {"input_tokens": 5}))
    hub.close(minute(19))
    hub.closed.announced.clear()
    return hub


def test_a_later_event_revises_its_minute_and_every_ended_parent() -> None:
    hub = closed_hub()
    hub.fold(minute(2), (LARGE, {"input_tokens": 9}), partition=1)

    hub.wake(minute(2))

    assert hub.announced() == [("1m", "12:02", 2), ("5m", "12:00", 2), ("15m", "12:00", 2)]
    for window in (minute(2), five(minute(2)), quarter(minute(2))):
        assert hub.rows(window) == hub.batch_recomputation(window)


def test_a_minute_not_yet_announced_is_left_to_the_cursor() -> None:
    hub = closed_hub()
    hub.fold(minute(20), (SMALL, {"input_tokens": 5}))

    outcome = hub.wake(minute(20))

    assert (outcome.revised, hub.announced()) == (0, [])


def test_minutes_from_before_the_hub_began_are_published_too() -> None:
    hub = closed_hub()
    hub.fold(minute(-30), (SMALL, {"input_tokens": 5}))

    hub.wake(minute(-30))

    assert hub.rows(minute(-30)) == hub.batch_recomputation(minute(-30))
    assert hub.rows(quarter(minute(-30))) == hub.batch_recomputation(quarter(minute(-30)))


def test_a_revision_that_changes_nothing_is_not_announced() -> None:
    hub = closed_hub()

    hub.wake(minute(2))

    assert hub.announced() == []


def test_a_publisher_that_died_between_rows_and_head_is_made_good_by_the_next() -> None:
    hub = closed_hub()
    hub.fold(minute(2), (LARGE, {"input_tokens": 9}))

    def die(_written: object) -> None:
        raise TransientError("crash")

    hub.closed.before_write = die
    with pytest.raises(TransientError):
        hub.wake(minute(2))
    hub.closed.before_write = lambda _written: None
    hub.wake(minute(2))

    assert hub.announced() == [("1m", "12:02", 2), ("5m", "12:00", 2), ("15m", "12:00", 2)]


def test_a_publisher_frozen_before_its_rows_overwrites_nothing_when_it_wakes() -> None:
    hub = closed_hub()
    hub.fold(minute(2), (LARGE, {"input_tokens": 9}))

    def freeze_while_another_revises(_rollup: Rollup) -> None:
        hub.rollups.before_put = lambda _rollup: None
        hub.fold(minute(2), (SMALL, {"input_tokens": 1}))
        hub.wake(minute(2))

    hub.rollups.before_put = freeze_while_another_revises
    hub.wake(minute(2))

    for window in (minute(2), five(minute(2)), quarter(minute(2))):
        assert hub.rows(window) == hub.batch_recomputation(window)


def test_a_parent_that_is_announced_while_its_child_is_revised_has_the_revision() -> None:
    hub = closed_hub()
    hub.fold(minute(18), (LARGE, {"input_tokens": 9}))
    hub.complete_up_to(minute(24).end + DELAY)

    hub.wake(minute(18))

    for window in (five(minute(18)), five(minute(20))):
        assert hub.rows(window) == hub.batch_recomputation(window)
    assert ("5m", "12:15", 1) in hub.announced()


def test_touched_minutes_come_again_when_a_backlog_takes_all_the_time() -> None:
    hub = closed_hub()
    hub.fold(minute(2), (LARGE, {"input_tokens": 9}))
    hub.complete_up_to(minute(200).start)

    with pytest.raises(TransientError):
        hub.roll_up.run([minute(2)], until=hub.now - timedelta(seconds=1))
    hub.wake(minute(2))

    assert hub.rows(quarter(minute(2))) == hub.batch_recomputation(quarter(minute(2)))


def test_a_due_minute_that_was_not_reached_in_time_comes_again() -> None:
    hub = RollingHub()
    hub.begin_at(minute(0))
    hub.complete_up_to(minute(0).end + DELAY)

    def an_event_comes_before_the_cursor_moves(written: object) -> None:
        if isinstance(written, Cursor):
            hub.closed.before_write = lambda _written: None
            hub.fold(minute(0), (LARGE, {"input_tokens": 9}))
            with pytest.raises(TransientError):
                hub.roll_up.run([minute(0)], until=hub.now - timedelta(seconds=1))

    hub.closed.before_write = an_event_comes_before_the_cursor_moves
    hub.wake()
    hub.wake(minute(0))

    assert hub.announced() == [("1m", "12:00", 0), ("1m", "12:00", 1)]
    assert hub.rows(minute(0)) == hub.batch_recomputation(minute(0))


def test_a_parent_equals_the_merge_of_its_children() -> None:
    hub = RollingHub()
    hub.begin_at(minute(0))
    for number in range(60):
        hub.fold(minute(number), (SMALL, {"input_tokens": number}), (LARGE, {"latency_ms": 1000 * number + 1}))
    hub.close(minute(60))

    hour = Resolution.HOUR.containing(minute(0).start)

    assert hub.rows(hour) == hub.batch_recomputation(hour)
    for window in children_of_all(hour):
        assert hub.rows(window) == hub.batch_recomputation(window)


def children_of_all(window: Window) -> list[Window]:
    children = list(window.children())
    return children + [grandchild for child in children for grandchild in children_of_all(child)]
