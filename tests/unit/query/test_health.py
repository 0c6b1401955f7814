from datetime import datetime, timedelta

import pytest

from functions.query.health import HealthCheck
from functions.query.models import Health
from tests.builders.hub import NOON, SeededHub

DELAY = timedelta(seconds=30)


def health(hub: SeededHub, now: datetime = NOON) -> Health:
    return HealthCheck(hub.state, hub.closed, 4, DELAY, lambda: now).check()


def test_a_pipeline_that_moves_is_ok() -> None:
    hub = SeededHub()
    hub.close(NOON - timedelta(seconds=90))
    hub.beat(NOON - timedelta(seconds=40))
    hub.state.advance_progress(2, NOON - timedelta(seconds=2))

    found = health(hub)

    assert found.status == "ok"
    assert (found.watermark, found.watermark_age_seconds) == (NOON - timedelta(seconds=40), 40)
    assert (found.cursor, found.cursor_age_seconds) == (NOON - timedelta(seconds=90), 90)
    assert found.oldest_tick == found.watermark
    assert found.last_ticks["2"] == NOON - timedelta(seconds=2)
    assert found.closing_delay_seconds == 30


@pytest.mark.parametrize(("age", "status"), [(180, "ok"), (181, "degraded")])
def test_a_pipeline_without_a_tick_for_three_minutes_stands_still(age: int, status: str) -> None:
    hub = SeededHub()
    hub.close(NOON)
    hub.beat(NOON)
    hub.state.advanced[1] = NOON - timedelta(seconds=age)  # type: ignore[attr-defined]

    assert health(hub).status == status


@pytest.mark.parametrize(("age", "status"), [(210, "ok"), (211, "degraded")])
def test_windows_that_are_not_announced_any_more_are_a_pipeline_that_stands_still(age: int, status: str) -> None:
    hub = SeededHub()
    hub.close(NOON - timedelta(seconds=age))
    hub.beat(NOON)

    assert health(hub).status == status


def test_a_hub_that_has_not_heard_of_every_partition_is_starting() -> None:
    hub = SeededHub()
    hub.close(NOON)
    hub.beat(NOON, partitions=3)

    found = health(hub)

    assert (found.status, found.watermark, found.watermark_age_seconds) == ("starting", None, None)


def test_a_hub_whose_partitions_fell_silent_while_it_started_is_degraded() -> None:
    hub = SeededHub()
    hub.beat(NOON - timedelta(minutes=4), partitions=3)

    assert health(hub).status == "degraded"


def test_a_hub_without_anything_is_starting() -> None:
    found = health(SeededHub())

    assert (found.status, found.oldest_tick, found.cursor, found.last_ticks) == ("starting", None, None, {})
