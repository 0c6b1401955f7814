"""PROTOCOL rule 20: which series stay is decided by hash, so a later event may displace a series that had a row."""

from shared.measures.observations import Cell
from shared.windows.groups import OVERFLOW
from shared.windows.window import Window
from tests.builders.rolling import RollingHub, five, minute
from tests.builders.tables import cell

LIMIT = 20


def call_of(number: int) -> tuple[Cell, dict[str, int]]:
    return cell(f"model-{number}", team=f"team-{number}"), {"input_tokens": 1 + number}


def total_by_grouping(hub: RollingHub, window: Window) -> dict[str, int]:
    rows, totals = hub.rows(window), dict[str, int]()
    for key in rows.keys:
        found = rows.get(key, "input_tokens")
        assert found
        totals[str(key[1])] = totals.get(str(key[1]), 0) + found.total
    return totals


def overflowing_hub(*, one_by_one: bool) -> RollingHub:
    hub = RollingHub(series_limit=LIMIT)
    hub.begin_at(minute(0))
    hub.close(minute(9))
    numbers = range(24)
    for number in numbers:
        hub.fold(minute(number % 3), call_of(number))
        if one_by_one:
            hub.wake(minute(number % 3))
    hub.wake(*(minute(number) for number in range(3)))
    return hub


def test_a_displaced_series_leaves_no_row_whatever_the_order_of_events() -> None:
    gradually, at_once = overflowing_hub(one_by_one=True), overflowing_hub(one_by_one=False)

    for window in (minute(0), minute(1), minute(2), five(minute(0))):
        assert gradually.rows(window) == at_once.rows(window)
        assert any(OVERFLOW in key for key in gradually.rows(window).keys)


def test_the_groups_of_every_grouping_still_sum_to_the_total() -> None:
    hub = overflowing_hub(one_by_one=True)

    for window in (minute(0), five(minute(0))):
        totals = total_by_grouping(hub, window)
        assert len(totals) == 7
        assert set(totals.values()) == {totals["total"]}


def test_a_publisher_frozen_before_a_displacement_does_not_bring_the_row_back() -> None:
    hub = RollingHub(series_limit=LIMIT)
    hub.begin_at(minute(0))
    hub.close(minute(9))
    hub.fold(minute(0), call_of(0))

    def freeze_while_others_arrive(_written: object) -> None:
        hub.rollups.before_put = lambda _rollup: None
        for number in range(1, 12):
            hub.fold(minute(0), call_of(number))
        hub.wake(minute(0))

    hub.rollups.before_put = freeze_while_others_arrive
    hub.wake(minute(0))

    totals = total_by_grouping(hub, minute(0))
    assert set(totals.values()) == {totals["total"]}
