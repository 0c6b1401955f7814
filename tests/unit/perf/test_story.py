"""The story changes what it says it changes, and nothing else."""

import itertools
from datetime import UTC, datetime, timedelta

from perf.workloads.story import ATTACKER, FAILING_MODEL, SLOW_MODEL, SPENDING_TEAM, THREATS, incidents, with_story
from perf.workloads.traffic import generate

ANCHOR = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
SLOW, FAILING, SPENDING, WAVE, STOP = incidents(ANCHOR)


def calm() -> list[dict[str, object]]:
    return list(generate(1, ANCHOR - timedelta(minutes=40), ANCHOR, 4_000))


def test_incidents_follow_one_another_with_quiet_between_them() -> None:
    times = [(incident.start, incident.end) for incident in incidents(ANCHOR)]

    assert all(end < start for (_, end), (start, _) in itertools.pairwise(times))
    assert times[-1][1] <= ANCHOR


def test_only_what_the_incidents_name_is_changed() -> None:
    before = {str(event["event_id"]): event for event in calm()}
    told = with_story(1, calm(), ANCHOR)
    changed = [
        event
        for event in told
        if before.get(event["event_id"], event) != event and "model_id" in event["payload"]["data"]
    ]

    leaves = [event["payload"]["data"] for event in changed]
    assert {leaf["model_id"] for leaf in leaves} >= {SLOW_MODEL, FAILING_MODEL}
    assert all(leaf["model_id"] in {SLOW_MODEL, FAILING_MODEL} or leaf["team"] == SPENDING_TEAM for leaf in leaves)
    assert {event["timestamp"] >= SLOW.start.isoformat() for event in changed} == {True}


def test_threats_come_in_a_wave_and_then_all_stops() -> None:
    told = with_story(1, calm(), ANCHOR)
    added = [event for event in told if event["payload"]["data"].get("attack_vector") == "user prompt"]
    in_wave = [event for event in added if WAVE.start <= datetime.fromisoformat(event["timestamp"]) < WAVE.end]

    calls = [event for event in told if event["payload"]["data"].get("user_id") == ATTACKER]
    assert len(in_wave) >= THREATS
    assert {event["parent_event_id"] for event in in_wave if ATTACKER in str(event)} <= {
        event["event_id"] for event in calls
    }
    assert max(datetime.fromisoformat(event["timestamp"]) for event in told) < STOP.start
    assert told == sorted(told, key=lambda event: str(event["timestamp"]))
