"""How rollups of closed windows are laid out in time: by period, and for how long."""

from datetime import timedelta

import pytest

from shared.windows.rollups import Rollup, RollupRange, expires_at, period_of, periods_in
from shared.windows.table import SummaryTable
from shared.windows.window import EPOCH, Resolution, Window
from tests.builders.rolling import minute


def wanted(resolution: Resolution, start: Window, span: timedelta) -> RollupRange:
    return RollupRange("acme", "model", resolution, start.start, start.start + span)


@pytest.mark.parametrize(
    ("resolution", "windows"),
    [
        (Resolution.MINUTE, 60),
        (Resolution.FIVE_MINUTES, 72),
        (Resolution.QUARTER_HOUR, 96),
        (Resolution.HOUR, 96),
    ],
)
def test_a_period_is_whole_and_aligned_to_the_epoch(resolution: Resolution, windows: int) -> None:
    length = resolution.length * windows
    first = resolution.containing(period_of(resolution.containing(minute(0).start)))
    last = Window(first.start + length - resolution.length, resolution)

    assert (first.start - EPOCH) % length == timedelta(0)
    assert period_of(first) == period_of(last) == first.start
    assert period_of(last.next) == first.start + length


@pytest.mark.parametrize("resolution", Resolution)
@pytest.mark.parametrize("windows", [1, 59, 60, 61, 200])
def test_the_periods_of_a_range_are_those_of_its_windows(resolution: Resolution, windows: int) -> None:
    start = resolution.containing(minute(37).start)
    inside = [Window(start.start + resolution.length * number, resolution) for number in range(windows)]

    periods = list(periods_in(wanted(resolution, start, resolution.length * windows)))

    assert periods == sorted({period_of(window) for window in inside})


def test_an_empty_range_has_no_period() -> None:
    on_the_hour = minute(60)

    assert list(periods_in(wanted(Resolution.MINUTE, on_the_hour, timedelta(0)))) == []


def test_a_coarser_window_is_kept_longer() -> None:
    lives = [
        expires_at(window) - window.end
        for window in (resolution.containing(minute(0).start) for resolution in Resolution)
    ]

    assert lives == sorted(set(lives))


def test_the_values_of_a_rollup_are_its_group_without_tenant_and_grouping() -> None:
    rollup = Rollup(("acme", "team+model", None, "gpt-4o"), minute(0), 1, SummaryTable.empty())

    assert rollup.values == (None, "gpt-4o")
