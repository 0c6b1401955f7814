"""Schedules in which one rule of rollup alone keeps windows whole: rare by chance, so they are directed here."""

from datetime import datetime

import pytest

from functions.rollup.roll_up import RollUp
from shared.errors import TransientError
from shared.windows.closed import Head
from shared.windows.rollups import Rollup
from tests.builders.rolling import DELAY, LARGE, PARTITIONS, SMALL, RollingHub, five, minute, quarter
from tests.builders.tables import cell
from tests.fakes.state_store import InMemoryStateStore


class BehindAtFirst(InMemoryStateStore):
    """The hub's state, with the progress of some time ago the first time that it is read."""

    def __init__(self, state: InMemoryStateStore, progress: dict[int, datetime]) -> None:
        self.__dict__.update(state.__dict__)
        self._readings = iter([progress])

    def progress(self) -> dict[int, datetime]:
        return next(self._readings, None) or super().progress()


def test_a_head_is_put_when_all_rows_of_its_window_are_there() -> None:
    hub = RollingHub()
    hub.begin_at(minute(0))
    hub.fold(minute(0), (SMALL, {"input_tokens": 5}), (LARGE, {"input_tokens": 7}))
    rows_at_head = {}

    def look(written: object) -> None:
        if isinstance(written, Head):
            rows_at_head[written.window] = hub.rows(written.window)

    hub.closed.before_write = look
    hub.close(minute(14))

    for window in (minute(0), five(minute(0)), quarter(minute(0))):
        assert rows_at_head[window] == hub.batch_recomputation(window)


def test_a_publisher_that_dies_among_its_rows_announces_nothing() -> None:
    hub = RollingHub()
    hub.begin_at(minute(0))
    hub.fold(minute(0), (SMALL, {"input_tokens": 5}))

    def die(_rollup: Rollup) -> None:
        raise TransientError("crash")

    hub.rollups.before_put = die
    with pytest.raises(TransientError):
        hub.close(minute(0))

    assert hub.announced() == []


def test_a_revision_reaches_a_parent_that_another_is_about_to_announce_without_it() -> None:
    """The other has read the child and not yet put the parent's head when the child is revised: the parent is not
    behind the cursor, and the other will never look again. Only progress, read again, tells that it is due.
    """
    hub = RollingHub()
    hub.begin_at(minute(0))
    hub.close(minute(3))
    progress_before_the_parent_is_due = hub.state.progress()
    state = BehindAtFirst(hub.state, progress_before_the_parent_is_due)
    reviser = RollUp(state, hub.closed, hub.publisher, PARTITIONS, DELAY, lambda: hub.now)

    def revise_a_child(written: object) -> None:
        if isinstance(written, Head) and written.window == five(minute(0)):
            hub.closed.before_write = lambda _written: None
            hub.fold(minute(2), (LARGE, {"input_tokens": 9}))
            reviser.run([minute(2)], until=hub.now + DELAY)

    hub.closed.before_write = revise_a_child
    hub.close(minute(4))

    assert hub.closed.before_write is not revise_a_child
    assert hub.rows(five(minute(0))) == hub.batch_recomputation(five(minute(0)))


def test_a_revision_reaches_a_grandparent_that_is_announced_while_the_parent_is_revised() -> None:
    """Found by simulation: another announces the quarter from the 5 minutes as they were before this revision, which
    had asked for the cursor only after the minute and so did not know that the quarter has ended.
    """
    hub = RollingHub()
    hub.begin_at(minute(0))
    hub.close(minute(13))
    hub.fold(minute(2), (LARGE, {"input_tokens": 9}))

    def announce_the_quarter(written: object) -> None:
        if isinstance(written, Head) and written.window == five(minute(2)):
            hub.closed.before_write = lambda _written: None
            hub.close(minute(14))

    hub.closed.before_write = announce_the_quarter
    hub.wake(minute(2))

    assert hub.announced()[-2:] == [("5m", "12:00", 1), ("15m", "12:00", 1)]
    assert hub.rows(quarter(minute(2))) == hub.batch_recomputation(quarter(minute(2)))


def test_a_series_displaced_in_the_one_child_that_has_events_leaves_no_row_in_the_parents() -> None:
    hub = RollingHub(series_limit=20)
    hub.begin_at(minute(0))
    hub.close(minute(19))

    for number in range(24):
        hub.fold(minute(0), (cell(f"model-{number}", team=f"team-{number}"), {"input_tokens": 1 + number}))
        hub.wake(minute(0))

    for window in (five(minute(0)), quarter(minute(0))):
        assert hub.rows(window) == hub.rows(minute(0))
