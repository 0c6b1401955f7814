"""The seeded workload is what it says: valid events, the same each time, with the shape of LLM traffic."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

import msgspec
import pytest

from perf.workloads.calls import Json
from perf.workloads.catalog import OWN_LLAMA, TEAMS
from perf.workloads.traffic import generate
from shared.events.decoding import decode_events
from shared.events.telemetry import Inference
from shared.measures.prices import Pricer

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
REQUESTS = 3000


@pytest.fixture(scope="module")
def traffic() -> list[Json]:
    return list(generate(7, NOON - timedelta(hours=1), NOON, REQUESTS))


def calls(traffic: list[Json]) -> list[dict[str, Any]]:
    data = [event["payload"]["data"] for event in traffic]
    return [each for each in data if each.get("telemetry_type") == "inference"]


def test_every_event_is_accepted(traffic: list[Json]) -> None:
    decoded = decode_events(msgspec.json.encode(traffic), ndjson=False, received_at=NOON)

    assert decoded.rejections == []


def test_the_same_seed_gives_the_same_events(traffic: list[Json]) -> None:
    assert list(generate(7, NOON - timedelta(hours=1), NOON, REQUESTS)) == traffic
    assert next(generate(8, NOON - timedelta(hours=1), NOON, REQUESTS)) != traffic[0]


def test_calls_are_as_many_as_asked_for_and_other_kinds_come_with_them(traffic: list[Json]) -> None:
    kinds = Counter(event["payload"]["payload_type"] for event in traffic)

    assert len(calls(traffic)) == REQUESTS
    assert kinds.keys() == {"telemetry", "security", "cost", "governance"}
    assert len({event["event_id"] for event in traffic}) == len(traffic)


def test_events_come_in_the_order_of_time_within_the_span(traffic: list[Json]) -> None:
    times = [event["timestamp"] for event in traffic]

    assert all(earlier <= later for earlier, later in pairwise(times))
    assert "2026-11-18T11:00" <= times[0] <= times[-1] < "2026-11-18T12:00"


def test_all_teams_call_several_models_of_which_only_our_own_is_unpriced(traffic: list[Json]) -> None:
    decoded = decode_events(msgspec.json.encode(traffic), ndjson=False, received_at=NOON).events
    Pricer()(decoded)
    costs = [event.payload.data for event in decoded if isinstance(event.payload.data, Inference)]

    assert {call["team"] for call in calls(traffic)} == {team.name for team in TEAMS}
    assert {call.model_id for call in costs if call.computed_cost_usd is None} == {OWN_LLAMA.model_id}


def test_tokens_have_a_heavy_tail(traffic: list[Json]) -> None:
    tokens = [call["input_tokens"] for call in calls(traffic)]

    assert max(tokens) > 20 * median(tokens)
    assert all(call.get("cached_input_tokens", 0) <= call["input_tokens"] for call in calls(traffic))


def test_nights_are_quieter_than_days() -> None:
    day = generate(7, NOON - timedelta(days=1), NOON, REQUESTS)
    hours = Counter(event["timestamp"][11:13] for event in day)

    assert 2 * sum(hours[f"{hour:02d}"] for hour in range(6)) < sum(hours[f"{hour:02d}"] for hour in range(9, 15))


def test_an_event_has_about_700_bytes(traffic: list[Json]) -> None:
    assert 600 < len(msgspec.json.encode(traffic)) / len(traffic) < 800
