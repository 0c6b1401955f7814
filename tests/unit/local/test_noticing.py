"""A run says which incidents nobody was told of, and what was told without cause."""

from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.noticing import Noticed, shortfalls
from perf.workloads.story import SLOW_MODEL, incidents

ANCHOR = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
INCIDENTS = incidents(ANCHOR)
SLOW = INCIDENTS[0]


def alert(at: datetime, measure: str = "latency_ms", **dimensions: str) -> dict[str, Any]:
    return {
        "window_start": at.isoformat(),
        "measure": measure,
        "dimensions": dimensions,
        "common_dimensions": None,
        "explanation": f"{measure} at {at:%H:%M}",
    }


def test_an_incident_is_found_in_its_time_by_its_measure_and_place() -> None:
    found = Noticed([alert(SLOW.start, model=SLOW_MODEL)])

    assert len(found.of(SLOW)) == 1
    assert shortfalls(INCIDENTS, found) == [f"nobody was told of the {each.name}" for each in INCIDENTS[1:]]


def test_another_model_measure_or_time_does_not_speak_of_it() -> None:
    wrong = (
        alert(SLOW.start, model="another"),
        alert(SLOW.start, "requests", model=SLOW_MODEL),
        alert(SLOW.end + timedelta(minutes=5), model=SLOW_MODEL),
    )

    assert Noticed(wrong).of(SLOW) == []


def test_what_is_told_in_the_quiet_time_is_told_without_cause() -> None:
    early = alert(SLOW.start - timedelta(minutes=10), model=SLOW_MODEL)

    assert "told without cause: latency_ms at 11:24" in shortfalls(INCIDENTS, Noticed([early]))
