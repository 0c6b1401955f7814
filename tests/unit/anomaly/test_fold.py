"""Windows are folded in order and once, anomalies open and end once, whoever else is at work."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.anomalies.anomaly import Status
from shared.anomalies.folds import Place
from shared.anomalies.stores import record
from shared.errors import TransientError
from shared.windows.table import SummaryTable
from shared.windows.window import Window
from tests.builders.anomalies import NOON, SERIES, WatchingHub, anomaly, calls, five

OTHERS = calls(30, model="other", team="docs")
USUAL = SummaryTable.merge([calls(30), OTHERS])
SLOW = SummaryTable.merge([calls(30, latency_ms=4000), OTHERS])
FEW = SummaryTable.merge([calls(5), OTHERS])


def after_two_usual_windows() -> WatchingHub:
    hub = WatchingHub()
    hub.see(0, USUAL)
    hub.see(1, USUAL)
    return hub


def kinds(hub: WatchingHub) -> list[str]:
    return [kind for kind, _ in hub.told]


def test_before_anything_is_announced_nothing_is_done() -> None:
    hub = WatchingHub()
    hub.closed.stored_cursor = None

    outcome = hub.run()

    assert (outcome.windows, outcome.next, hub.folds.stored) == (0, None, None)


def test_a_window_that_had_begun_before_the_first_minute_is_left_out() -> None:
    hub = WatchingHub()
    assert hub.closed.stored_cursor
    hub.closed.stored_cursor = replace(hub.closed.stored_cursor, first=Window(NOON + timedelta(minutes=2)))

    hub.see(0, USUAL)

    assert hub.folds.stored == Place(five(1))


def test_a_slow_model_is_one_alert_that_speaks_for_all_its_series() -> None:
    hub = after_two_usual_windows()

    outcome = hub.see(2, SLOW)

    assert (outcome.opened, outcome.alerted) == (3, 1)
    assert hub.told == [
        (
            "Anomaly Detected",
            (
                "p95 latency for team search was 4.0 s in the 5 minutes from 12:10 UTC; 0.5-2.0 s is usual at this hour. "
                "With it, 2 other series for team search deviate."
            ),
        )
    ]
    assert Counter(one.is_alone for one in hub.anomalies.anomalies) == {True: 1, False: 2}


def test_an_anomaly_is_over_after_three_quiet_windows_and_that_is_told_once() -> None:
    hub = after_two_usual_windows()
    hub.see(2, SLOW)
    for number in range(3, 9):
        hub.see(number, USUAL)

    assert kinds(hub) == ["Anomaly Detected", "Anomaly Resolved"]
    assert {one.status for one in hub.anomalies.anomalies} == {Status.RESOLVED}
    assert {one.resolution for one in hub.anomalies.anomalies} == {"quiet"}
    assert {one.resolved_at for one in hub.anomalies.anomalies} == {five(5).end + timedelta(seconds=40)}


def test_what_flaps_is_one_anomaly_told_once() -> None:
    hub = after_two_usual_windows()
    for number in range(2, 30):
        hub.see(number, SLOW if number % 2 else USUAL)

    assert kinds(hub) == ["Anomaly Detected"]
    assert len(hub.anomalies.stored) == 3


def test_what_comes_back_soon_is_the_same_anomaly() -> None:
    hub = after_two_usual_windows()
    for number, content in enumerate((SLOW, USUAL, USUAL, USUAL, SLOW), start=2):
        hub.see(number, content)

    assert kinds(hub) == ["Anomaly Detected", "Anomaly Resolved"]
    assert {(one.status, one.reopened) for one in hub.anomalies.anomalies} == {(Status.OPEN, 1)}


def test_what_comes_back_late_is_another_one() -> None:
    hub = after_two_usual_windows()
    for number, content in enumerate((SLOW, *[USUAL] * 10, SLOW), start=2):
        hub.see(number, content)

    assert kinds(hub) == ["Anomaly Detected", "Anomaly Resolved", "Anomaly Detected"]
    assert len(hub.anomalies.stored) == 6


def test_traffic_that_stops_is_silence() -> None:
    hub = after_two_usual_windows()

    hub.see(2)

    ((_, explanation),) = hub.told
    assert explanation.startswith("No requests in the 5 minutes from 12:10 UTC; 30-120 is usual at this hour.")


def test_a_window_is_folded_once_however_often_the_bell_rings() -> None:
    hub = after_two_usual_windows()
    hub.see(2, SLOW)
    place = hub.folds.stored

    outcomes = [hub.run(five(2), five(1)) for _ in range(3)]

    assert [outcome.windows for outcome in outcomes] == [0, 0, 0]
    assert hub.folds.stored == place
    assert kinds(hub) == ["Anomaly Detected"]


def test_a_backlog_is_the_same_as_window_by_window() -> None:
    contents = [USUAL, USUAL, SLOW, USUAL, SLOW, *[USUAL] * 30]
    at_once, one_by_one = WatchingHub(), WatchingHub()
    for number, content in enumerate(contents):
        one_by_one.see(number, content)
        at_once.close(number, content)
    at_once.now = five(5).end

    assert at_once.run().windows == len(contents)

    assert [(one.id, one.status) for one in at_once.anomalies.anomalies] == [
        (one.id, one.status) for one in one_by_one.anomalies.anomalies
    ]


def test_what_is_found_in_old_windows_is_recorded_and_not_told() -> None:
    hub = WatchingHub()
    for number, content in enumerate((USUAL, USUAL, SLOW)):
        hub.close(number, content)
    hub.now += timedelta(hours=2)

    hub.run()

    assert kinds(hub) == []
    assert len(hub.anomalies.stored) == 3


@pytest.mark.parametrize("write", range(40))
def test_a_crash_at_any_write_is_made_good_by_the_next_bell(write: int) -> None:
    hub = after_two_usual_windows()
    writes = 0

    def crash(_written: Any) -> None:
        nonlocal writes
        writes += 1
        if writes == write + 1:
            raise TransientError("gone")

    hub.folds.before_write = hub.anomalies.before_write = hub.bus.before_put = crash
    for number, content in enumerate((SLOW, USUAL, USUAL, USUAL), start=2):
        hub.close(number, content)
        for _ in range(2):
            try:
                hub.run()
                break
            except TransientError:
                continue

    assert kinds(hub) == ["Anomaly Detected", "Anomaly Resolved"] or len(set(hub.bus.notice_ids)) == 2
    assert {one.status for one in hub.anomalies.anomalies} == {Status.RESOLVED}
    assert hub.folds.stored
    assert hub.folds.stored.next == five(6)


def test_the_slower_of_two_takes_up_where_the_faster_has_come_to() -> None:
    hub = after_two_usual_windows()
    hub.close(2, SLOW)
    met: list[Place] = []

    def overtake(written: Any) -> None:
        if isinstance(written, Place) and not met:
            met.append(written)
            hub.run()

    hub.folds.before_write = overtake
    outcome = hub.run()

    assert outcome.windows == 0
    assert kinds(hub) == ["Anomaly Detected"]
    assert hub.folds.stored
    assert set(hub.folds.objects) == hub.folds.stored.objects | set(hub.folds.stored.stale)


def test_an_answer_that_was_lost_is_found_out() -> None:
    hub = after_two_usual_windows()
    hub.close(2, SLOW)
    advance = hub.folds.advance

    def with_lost_answer(before: Place | None, after: Place) -> bool:
        hub.folds.advance = advance  # type: ignore[method-assign]
        return advance(before, after) and False

    hub.folds.advance = with_lost_answer  # type: ignore[method-assign]
    outcome = hub.run()

    assert outcome.windows == 1
    assert kinds(hub) == ["Anomaly Detected"]
    assert hub.folds.stored
    assert hub.folds.stored.objects <= set(hub.folds.objects)


def test_objects_of_commits_long_past_are_forgotten() -> None:
    hub = WatchingHub()
    for number in range(12):
        hub.see(number, USUAL)

    assert hub.folds.stored
    assert set(hub.folds.objects) == hub.folds.stored.objects | set(hub.folds.stored.stale)


def test_a_revision_that_makes_a_window_usual_ends_its_anomaly_at_once() -> None:
    hub = after_two_usual_windows()
    hub.see(2, FEW)
    assert kinds(hub) == ["Anomaly Detected"]
    before = hub.folds.stored

    hub.publish(2, calls(29), OTHERS)
    hub.run(five(2))

    assert kinds(hub) == ["Anomaly Detected", "Anomaly Resolved"]
    assert {one.resolution for one in hub.anomalies.anomalies} == {"revised"}
    assert before
    assert hub.folds.stored
    assert (hub.folds.stored.next, hub.folds.stored.states) == (before.next, before.states)


def test_a_revision_that_leaves_it_unusual_corrects_the_value() -> None:
    hub = after_two_usual_windows()
    hub.see(2, FEW)

    hub.publish(2, calls(6), OTHERS)
    hub.run(five(2), five(2))

    assert kinds(hub) == ["Anomaly Detected"]
    assert {one.observed for one in hub.anomalies.anomalies} == {6.0}
    assert all("was 6" in one.explanation for one in hub.anomalies.anomalies)


def test_an_anomaly_of_the_fast_lane_is_followed_to_its_end_and_not_told_again() -> None:
    hub = after_two_usual_windows()
    fast = anomaly(series=replace(SERIES, key=("acme", "model", "gpt-4o")), window=five(2), alerted=True)
    hub.folds.announce(fast)
    hub.stage.on.herald.tell(record(hub.anomalies, fast, 0))

    for number, content in enumerate((SLOW, USUAL, USUAL, USUAL), start=2):
        hub.see(number, content)

    assert kinds(hub) == ["Anomaly Detected", "Anomaly Resolved"]
    assert hub.bus.notice_ids == [f"{fast.id}/detected", f"{fast.id}/resolved"]
    assert not hub.folds.waiting


def test_learning_anew_starts_in_the_past_and_closes_what_was_open() -> None:
    hub = after_two_usual_windows()
    hub.see(2, SLOW)
    hub.publish(-2, USUAL)
    hub.publish(-1, USUAL)

    outcome = hub.stage.learn(five(-2).start, hub.now + timedelta(minutes=1))

    assert outcome.windows == 5
    assert outcome.next == five(3)
    assert kinds(hub) == ["Anomaly Detected", "Anomaly Resolved"]


def test_a_backlog_is_left_when_time_is_up() -> None:
    hub = WatchingHub()
    hub.close(0, USUAL)

    outcome = hub.stage.run((), hub.now)

    assert outcome.windows == 0
    assert outcome.next == five(0)
