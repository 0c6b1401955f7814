from datetime import timedelta

import pytest

from shared.windows.closed import Cursor
from shared.windows.window import Resolution
from tests.builders.rolling import DELAY, LARGE, SMALL, RollingHub, five, minute


def test_without_a_watermark_nothing_is_announced_and_the_cursor_begins_at_the_clock() -> None:
    hub = RollingHub()
    hub.complete_up_to(minute(3).start, partitions=1)

    hub.wake()

    assert hub.closed.announced == []
    assert hub.closed.cursor() == Cursor(minute(3), minute(3))


def test_the_cursor_begins_at_the_first_minute_that_is_not_final() -> None:
    hub = RollingHub()

    hub.close(minute(3))

    assert hub.closed.cursor() == Cursor(minute(4), minute(4))


def test_a_minute_is_announced_once_the_watermark_is_past_its_end_by_the_closing_delay() -> None:
    hub = RollingHub()
    hub.begin_at(minute(0))
    hub.fold(minute(0), (SMALL, {"input_tokens": 5}), (LARGE, {"input_tokens": 7}))

    hub.complete_up_to(minute(0).end + DELAY - timedelta(milliseconds=1))
    hub.wake(minute(0))
    assert hub.announced() == []

    hub.close(minute(0))
    assert hub.announced() == [("1m", "12:00", 2)]
    assert hub.rows(minute(0)) == hub.batch_recomputation(minute(0))


def test_one_partition_behind_holds_every_window_back() -> None:
    hub = RollingHub()
    hub.begin_at(minute(0))

    hub.state.advance_progress(0, minute(30).start)

    assert hub.wake().announced == 0


def test_windows_are_announced_in_order_coarse_ones_after_the_minute_that_ends_them_empty_ones_too() -> None:
    hub = RollingHub()
    hub.begin_at(minute(57))
    hub.fold(minute(58), (SMALL, {"input_tokens": 5}))

    hub.close(minute(60))

    assert hub.announced() == [
        ("1m", "12:57", 0),
        ("1m", "12:58", 1),
        ("1m", "12:59", 0),
        ("5m", "12:55", 1),
        ("15m", "12:45", 1),
        ("1h", "12:00", 1),
        ("1m", "13:00", 0),
    ]
    assert hub.rows(Resolution.HOUR.containing(minute(58).start)) == hub.batch_recomputation(minute(58))


def test_a_long_backlog_is_announced_in_slices() -> None:
    hub = RollingHub()
    hub.begin_at(minute(0))
    hub.complete_up_to(minute(60).start)
    ticking = iter(range(1000))
    roll_up = hub.roll_up
    roll_up_with_clock = type(roll_up)(
        roll_up.state,
        roll_up.closed,
        roll_up.publisher,
        roll_up.partitions,
        roll_up.closing_delay,
        lambda: hub.now + timedelta(seconds=next(ticking)),
    )

    first = roll_up_with_clock.run((), hub.now + timedelta(seconds=10))
    second = roll_up_with_clock.run((), hub.now + timedelta(seconds=30))

    assert 0 < first.announced < 20
    assert hub.closed.cursor() == Cursor(minute(0), minute(first.announced + second.announced))


def test_a_cursor_that_another_moved_is_followed() -> None:
    hub = RollingHub()
    hub.begin_at(minute(0))
    hub.complete_up_to(minute(3).start + DELAY)

    def another_announces(written: object) -> None:
        if isinstance(written, Cursor) and written.next == minute(0):
            hub.closed.before_write = lambda _written: None
            hub.wake()

    hub.closed.before_write = another_announces
    outcome = hub.wake()

    assert outcome.announced == 0
    assert hub.closed.cursor() == Cursor(minute(0), minute(3))


def test_versions_of_a_head_only_grow() -> None:
    hub = RollingHub()
    hub.begin_at(minute(0))
    hub.fold(minute(0), (SMALL, {"input_tokens": 5}))

    def another_was_faster(_written: object) -> None:
        hub.closed.before_write = lambda _written: None
        hub.fold(minute(0), (LARGE, {"input_tokens": 1}))
        hub.publisher.publish(minute(0))

    hub.closed.before_write = another_was_faster
    hub.publisher.publish(minute(0))

    assert hub.announced() == [("1m", "12:00", 2)]
    assert hub.rows(minute(0)) == hub.batch_recomputation(minute(0))


@pytest.mark.parametrize("late", [1, 3])
def test_late_events_are_counted_and_not_versioned(late: int) -> None:
    hub = RollingHub()
    hub.begin_at(minute(0))
    hub.fold(minute(0), (SMALL, {"input_tokens": 5}), late=late)

    hub.close(minute(4))

    head, parent = hub.closed.head(minute(0)), hub.closed.head(five(minute(0)))
    assert head
    assert parent
    assert (head.version, head.late) == (1, late)
    assert (parent.version, parent.late) == (1, late)
