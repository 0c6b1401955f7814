"""Closed windows written to a mirror, one call at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.timestream.mirror import MirrorWindows, Outcome
from shared.errors import TransientError
from shared.mirror.points import STATISTICS, Points
from shared.mirror.stores import Look
from shared.windows.closed import FOLDED_BUCKET, Head
from shared.windows.groups import bucket_of, group_keys
from shared.windows.table import SummaryTable, counted_once
from shared.windows.window import Window
from tests.builders.tables import cell, table
from tests.fakes.closed_window_store import InMemoryClosedWindowStore
from tests.fakes.mirror import InMemoryLookStore, InMemoryMirror

NOON = Window(datetime(2026, 11, 22, 12, tzinfo=UTC))
FOREVER = datetime.max.replace(tzinfo=UTC)
PATIENCE = timedelta(minutes=10)


class MirroredHub:
    def __init__(self) -> None:
        self.now = NOON.end
        self.closed, self.mirror, self.looks = InMemoryClosedWindowStore(), InMemoryMirror(), InMemoryLookStore()
        self.stage = MirrorWindows(self.closed, self.mirror, self.looks, PATIENCE, lambda: self.now)

    def close(self, window: Window, version: int, content: SummaryTable, folded: SummaryTable | None = None) -> None:
        parts = content.split(bucket_of) | ({FOLDED_BUCKET: folded} if folded else {})
        self.closed.put_head(Head(window, version, 0, self.closed.put_parts(window, parts), self.now))

    def versions(self) -> set[int]:
        return {row["version"] for row in self.mirror.rows.values()}


def calls(number: int, model: str = "gpt-4o") -> SummaryTable:
    return table(*[(cell(model), {"latency_ms": 2_000}) for _ in range(number)]).rekey(group_keys())


def test_every_group_and_measure_of_a_window_is_a_point() -> None:
    hub = MirroredHub()
    hub.close(NOON, 3, calls(3))

    done = hub.stage.run([NOON], FOREVER)

    assert done == Outcome(windows=1, points=2 * 7)
    row = hub.mirror.rows[NOON, ("acme", "team+model", "search", "gpt-4o"), "latency_ms"]
    assert row == {"count": 3, "version": 3, **dict.fromkeys(STATISTICS, 2.0), "sum": 6.0, "std_dev": 0.0}


def test_a_revision_replaces_what_was_there() -> None:
    hub = MirroredHub()
    for version in (3, 5):
        hub.close(NOON, version, calls(version))
        hub.stage.run([NOON], FOREVER)

    assert hub.versions() == {5}


def test_a_group_that_is_folded_since_loses_its_point() -> None:
    hub = MirroredHub()
    hub.close(NOON, 3, calls(3, "dropped"))
    hub.stage.run([NOON], FOREVER)
    hub.close(NOON, 5, calls(5, "kept"), counted_once([("acme", "model", "dropped")]))

    hub.stage.run([NOON], FOREVER)

    assert {key for _, key, _ in hub.mirror.rows if key[1] == "model"} == {("acme", "model", "kept")}


def test_a_window_without_events_has_no_points_and_one_without_a_head_is_none() -> None:
    hub = MirroredHub()
    hub.close(NOON, 0, SummaryTable.empty())

    assert hub.stage.run([NOON, NOON.next], FOREVER) == Outcome(windows=1)


def test_what_was_written_is_written_once_more_when_any_other_call_must_have_ended() -> None:
    hub = MirroredHub()
    hub.close(NOON, 3, calls(3))
    hub.stage.run([NOON], FOREVER)
    hub.close(NOON, 4, calls(4))

    hub.now += PATIENCE - timedelta(seconds=1)
    assert hub.stage.look_again(FOREVER) == Outcome()
    hub.now += timedelta(seconds=1)
    assert hub.stage.look_again(FOREVER).windows == 1

    assert hub.versions() == {4}
    assert hub.looks.looks == {}


def test_a_note_that_is_renewed_while_it_is_looked_into_stays() -> None:
    """Whoever renewed it may have a twin that is about to write an older version."""
    hub = MirroredHub()
    hub.close(NOON, 3, calls(3))
    hub.stage.run([NOON], FOREVER)
    hub.now += PATIENCE

    def renew(_points: Points) -> None:
        hub.looks.note(Look(NOON, hub.now + PATIENCE))

    hub.mirror.before_put = renew
    hub.stage.look_again(FOREVER)

    assert hub.looks.looks == {NOON: Look(NOON, hub.now + PATIENCE)}


def test_when_time_is_up_the_stream_comes_again_and_what_is_due_stays_due() -> None:
    hub = MirroredHub()
    hub.close(NOON, 3, calls(3))
    hub.stage.write(NOON)
    hub.now += PATIENCE

    with pytest.raises(TransientError):
        hub.stage.run([NOON], hub.now)
    assert hub.stage.look_again(hub.now) == Outcome()

    assert set(hub.looks.looks) == {NOON}


def test_an_engine_that_is_down_leaves_the_note() -> None:
    hub = MirroredHub()
    hub.close(NOON, 3, calls(3))

    def down(_points: Points) -> None:
        raise TransientError("down")

    hub.mirror.before_put = down
    with pytest.raises(TransientError):
        hub.stage.run([NOON], FOREVER)

    assert set(hub.looks.looks) == {NOON}
