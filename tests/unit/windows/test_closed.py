from datetime import timedelta

import pytest

from shared.windows.closed import (
    LIFE_OF_HEADS,
    Cursor,
    first_minute_not_final,
    is_final,
    windows_ended_by,
)
from shared.windows.state import LIFE_OF_STATE
from shared.windows.window import Window
from tests.builders.rolling import DELAY, minute

MOMENT = timedelta(microseconds=1)


def test_no_window_is_final_without_a_watermark() -> None:
    assert not is_final(minute(0), None, DELAY)


def test_a_window_is_final_when_the_watermark_has_passed_its_end_by_the_closing_delay() -> None:
    at_last = minute(0).end + DELAY

    assert not is_final(minute(0), at_last - MOMENT, DELAY)
    assert is_final(minute(0), at_last, DELAY)


@pytest.mark.parametrize("seconds", [0, 29, 30, 31, 59, 60, 89, 90])
def test_announcing_begins_at_the_one_minute_that_is_not_final_behind_a_final_one(seconds: int) -> None:
    watermark = minute(5).start + timedelta(seconds=seconds)

    first = first_minute_not_final(watermark, DELAY, now=minute(500).start)

    assert not is_final(first, watermark, DELAY)
    assert is_final(Window(first.start - timedelta(minutes=1)), watermark, DELAY)


def test_before_any_watermark_announcing_begins_at_the_clock() -> None:
    assert first_minute_not_final(None, DELAY, now=minute(7).end - MOMENT) == minute(7)


def test_a_cursor_advances_by_one_minute_and_keeps_where_it_began() -> None:
    assert Cursor(minute(3), minute(9)).advanced() == Cursor(minute(3), minute(10))


@pytest.mark.parametrize(
    ("number", "resolutions"),
    [(0, ["1m"]), (4, ["1m", "5m"]), (14, ["1m", "5m", "15m"]), (59, ["1m", "5m", "15m", "1h"])],
)
def test_a_minute_ends_itself_first_and_coarser_windows_after_their_children(
    number: int, resolutions: list[str]
) -> None:
    ended = windows_ended_by(minute(number))

    assert [window.resolution.value for window in ended] == resolutions


def test_an_hour_of_minutes_ends_every_coarser_window_once_and_after_all_its_children() -> None:
    published = [window for number in range(60) for window in windows_ended_by(minute(number))]

    assert len(published) == len(set(published)) == 60 + 12 + 4 + 1
    for place, window in enumerate(published):
        assert set(window.children()) <= set(published[:place])


def test_heads_outlive_the_state_that_may_still_be_folded_into() -> None:
    assert LIFE_OF_HEADS > LIFE_OF_STATE
