from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.windows.window import EPOCH, Resolution, Window

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("resolution", "key"),
    [
        (Resolution.MINUTE, "2026-11-22T12:59Z"),
        (Resolution.FIVE_MINUTES, "2026-11-22T12:55Z"),
        (Resolution.QUARTER_HOUR, "2026-11-22T12:45Z"),
        (Resolution.HOUR, "2026-11-22T12:00Z"),
    ],
)
def test_an_instant_is_in_one_window_of_each_resolution(resolution: Resolution, key: str) -> None:
    last_instant = NOON + timedelta(hours=1) - timedelta(microseconds=1)

    assert resolution.containing(last_instant).key == key


@pytest.mark.parametrize("resolution", Resolution)
def test_a_window_holds_its_start_and_not_its_end(resolution: Resolution) -> None:
    window = resolution.containing(NOON)

    assert resolution.containing(window.start) == window
    assert resolution.containing(window.end) == window.next


@pytest.mark.parametrize("resolution", Resolution)
def test_instants_before_the_epoch_are_in_a_window_too(resolution: Resolution) -> None:
    window = resolution.containing(EPOCH - timedelta(microseconds=1))

    assert window.end == EPOCH


def test_an_instant_of_another_zone_is_in_the_same_window() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5, minutes=45)))

    assert Resolution.HOUR.containing(elsewhere).start == NOON


@pytest.mark.parametrize("resolution", Resolution)
def test_a_key_is_read_back_as_its_window(resolution: Resolution) -> None:
    window = resolution.containing(NOON)

    assert Window.from_key(window.key, resolution) == window


def test_keys_sort_as_text_in_the_order_of_time() -> None:
    windows = [Window(NOON + timedelta(minutes=9_973 * number)) for number in range(100)]

    assert sorted(window.key for window in windows) == [window.key for window in windows]


def test_a_minute_has_a_parent_in_each_coarser_resolution_finest_first() -> None:
    parents = Resolution.MINUTE.containing(NOON + timedelta(minutes=37)).parents

    assert [(parent.resolution.value, parent.key[11:16]) for parent in parents] == [
        ("5m", "12:35"),
        ("15m", "12:30"),
        ("1h", "12:00"),
    ]


@pytest.mark.parametrize(
    ("minute", "ended"),
    [(0, []), (3, []), (4, ["5m"]), (9, ["5m"]), (14, ["5m", "15m"]), (59, ["5m", "15m", "1h"])],
)
def test_only_the_last_minute_of_a_parent_ends_it(minute: int, ended: list[str]) -> None:
    window = Window(NOON + timedelta(minutes=minute))

    assert [parent.resolution.value for parent in window.ended_parents] == ended


@pytest.mark.parametrize(
    ("resolution", "many"), [(Resolution.FIVE_MINUTES, 5), (Resolution.QUARTER_HOUR, 3), (Resolution.HOUR, 4)]
)
def test_children_make_their_window_up_without_gap_or_overlap(resolution: Resolution, many: int) -> None:
    window = resolution.containing(NOON)

    children = list(window.children())

    assert len(children) == many
    assert (children[0].start, children[-1].end) == (window.start, window.end)
    assert [child.next for child in children[:-1]] == children[1:]
    assert all(window in child.parents for child in children)


def test_a_minute_has_no_children() -> None:
    assert list(Window(NOON).children()) == []


def test_windows_are_ordered_by_start_and_a_fine_one_comes_before_a_coarse_one() -> None:
    minute, hour = Window(NOON), Resolution.HOUR.containing(NOON)

    assert sorted([hour.next, minute.next, hour, minute]) == [minute, hour, minute.next, hour.next]
