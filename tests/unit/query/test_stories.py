"""Incidents, correlations, calls and events as they are answered."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.query.events import Events
from functions.query.incident_parameters import (
    CorrelationParameters,
    EventParameters,
    GraphParameters,
    IncidentParameters,
    RelatedParameters,
)
from functions.query.incidents import Incidents
from shared.access.principal import Principal
from shared.access.roles import Role
from shared.errors import RejectedRequestError
from shared.incidents.event_index import IndexedEvent
from shared.incidents.graph import Calls, Edge
from shared.incidents.stores import Sighting, StoredIncident
from tests.builders.events import NOON, event, payload_json
from tests.builders.signals import MODEL, OTHER_TEAM, PROVIDER, START, TEAM
from tests.builders.stories import a_wave, an_incident
from tests.fakes.incident_stores import InMemoryEventIndex, InMemoryIncidentStore, InMemorySightingStore

ANN = Principal("acme", Role.VIEWER, "key_1", "standard")
BEN = Principal("umbrella", Role.VIEWER, "key_2", "standard")
TRACE = "0f0e0d0c-0b0a-4900-8807-060504030201"


@pytest.fixture
def incidents() -> Incidents:
    stores = InMemoryIncidentStore(), InMemorySightingStore()
    for number in range(3):
        stores[0].put(StoredIncident(an_incident(f"user{number}", seconds=60 * number), 1))
    edges = (Edge(TEAM, MODEL, Calls(8.0, 2.0, 1600.0)),)
    stores[1].put([Sighting("acme", START, "b", tuple(a_wave()), edges)])
    return Incidents(*stores, lambda: START + timedelta(minutes=9))


@pytest.fixture
def events() -> Events:
    index = InMemoryEventIndex()
    root = event(correlation_id=TRACE, severity="error")
    child = event(correlation_id=TRACE, parent_event_id=root.event_id, timestamp="2026-11-22T12:00:01.000000Z")
    index.put("b1", [IndexedEvent.of(one, "acme") for one in (root, child, event())])
    return Events(index, lambda: NOON + timedelta(minutes=1, microseconds=123_456))


def asked(parameters: Any, /, **values: str) -> Any:
    return parameters.of({"multiValueQueryStringParameters": {name: [value] for name, value in values.items()}})


def test_incidents_are_listed_page_by_page_to_their_tenant_only(incidents: Incidents) -> None:
    first = incidents.list(ANN, asked(IncidentParameters, limit="2"))
    second = incidents.list(ANN, asked(IncidentParameters, limit="2", next=str(first.next)))

    assert [len(page.incidents) for page in (first, second)] == [2, 1]
    assert second.next is None
    assert incidents.list(BEN, asked(IncidentParameters)).incidents == []


def test_an_incident_is_told_with_its_time_line_causes_and_calls(incidents: Incidents) -> None:
    incident = an_incident("user0")

    told = incidents.get(ANN, incident.id)

    assert [signal.id for signal in told.time_line] == [signal.id for signal in incident.signals]
    assert told.suspected_causes[0].about == "user:user0"
    with pytest.raises(RejectedRequestError, match="no such incident"):
        incidents.get(BEN, incident.id)


def test_an_incident_is_told_with_the_calls_of_what_it_touched_though_they_were_told_later(
    incidents: Incidents,
) -> None:
    late, another = Edge(MODEL, PROVIDER, Calls(3.0)), Edge(OTHER_TEAM, PROVIDER, Calls(4.0))
    incidents.sightings.put([Sighting("acme", START + timedelta(minutes=40), "c", (), (late, another))])
    after = replace(incidents, clock=lambda: START + timedelta(minutes=50))

    told = after.get(ANN, an_incident("user0").id)

    assert [(edge.caller.name, edge.callee.name) for edge in told.graph] == [("search", "gpt-4o"), ("gpt-4o", "openai")]


def test_correlations_are_those_of_now_around_an_event_if_one_is_named(incidents: Incidents) -> None:
    (found,) = incidents.correlations(ANN, asked(CorrelationParameters)).correlations

    assert found.type == "security_incident"
    assert incidents.correlations(ANN, asked(CorrelationParameters, event_id="another")).correlations == []
    assert incidents.correlations(ANN, asked(CorrelationParameters, type="temporal,anomaly")).correlations == []
    assert incidents.correlations(ANN, asked(CorrelationParameters, min_strength="0.99")).correlations == []


def test_the_graph_says_how_often_how_slowly_and_with_how_many_errors(incidents: Incidents) -> None:
    (edge,) = incidents.graph(ANN, asked(GraphParameters)).edges

    assert (edge.caller.name, edge.callee.name) == ("search", "gpt-4o")
    assert edge.error_ratio == pytest.approx(0.25)
    assert edge.mean_latency_ms == pytest.approx(200)


def test_events_are_filtered_and_paged(events: Events) -> None:
    everything = events.list(ANN, asked(EventParameters, limit="2"))
    rest = events.list(ANN, asked(EventParameters, limit="2", next=str(everything.next)))

    assert [len(page.events) for page in (everything, rest)] == [2, 1]
    assert len(events.list(ANN, asked(EventParameters, severity="error,critical")).events) == 1
    assert len(events.list(ANN, asked(EventParameters, correlation_id=TRACE)).events) == 2
    assert events.list(BEN, asked(EventParameters)).events == []


CALLS = [
    event(payload=payload_json("telemetry", "inference", **said))
    for said in (
        {"model_id": "gpt-4o", "team": "search", "user_id": "ann"},
        {"model_id": "gpt-4o", "team": "docs", "user_id": "ben", "provider": "azure"},
        {"model_id": "o3", "team": "docs", "error_type": "Rate_Limit"},
    )
]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"model": "gpt-4o"}, [0, 1]),
        ({"model": "gpt-4o,o3", "team": "docs"}, [1, 2]),
        ({"provider": "azure"}, [1]),
        ({"user_id": "ann"}, [0]),
        ({"environment": "production", "team": "search"}, [0]),
        ({"environment": "elsewhere"}, []),
        ({"text": "rate_limit"}, [2]),
        ({"text": "nowhere"}, []),
    ],
)
def test_events_are_looked_for_by_what_is_in_them(filters: dict[str, str], found: list[int]) -> None:
    index = InMemoryEventIndex()
    index.put("b1", [IndexedEvent.of(call, "acme") for call in CALLS])
    events = Events(index, lambda: NOON + timedelta(minutes=1))

    answer = events.list(ANN, asked(EventParameters, **filters))

    assert {each.event_id for each in answer.events} == {CALLS[number].event_id for number in found}


def test_the_oldest_come_first_if_asked_for_page_by_page(events: Events) -> None:
    newest_first = events.list(ANN, asked(EventParameters)).events

    first = events.list(ANN, asked(EventParameters, order="asc", limit="2"))
    second = events.list(ANN, asked(EventParameters, order="asc", limit="2", next=str(first.next)))

    assert [*first.events, *second.events] == newest_first[::-1]


def test_a_filter_that_matches_little_ends_its_page_early_and_goes_on_behind_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("functions.query.events.MOST_READ", 20)
    index = InMemoryEventIndex()
    told = [event(timestamp=f"2026-11-22T12:00:{second:02d}Z", severity="error") for second in range(55)]
    told[50] = event(timestamp="2026-11-22T12:00:50Z", severity="critical")
    index.put("b1", [IndexedEvent.of(one, "acme") for one in told])
    events = Events(index, lambda: NOON + timedelta(minutes=1))

    pages = [events.list(ANN, asked(EventParameters, severity="critical", order="asc"))]
    while pages[-1].next:
        pages.append(events.list(ANN, asked(EventParameters, severity="critical", order="asc", next=pages[-1].next)))

    assert [len(page.events) for page in pages] == [0, 0, 1]


def test_where_a_page_ended_is_of_use_to_its_own_query_only(events: Events) -> None:
    first = events.list(ANN, asked(EventParameters, limit="1"))

    with pytest.raises(RejectedRequestError, match="belongs to another query"):
        events.list(ANN, asked(EventParameters, limit="1", severity="error", next=str(first.next)))
    with pytest.raises(RejectedRequestError, match="no `next`"):
        events.list(ANN, asked(EventParameters, limit="1", next="2026-11-22T12:00:00#1"))


def test_a_page_goes_on_with_the_times_of_the_first_whenever_it_is_asked_for(events: Events) -> None:
    first = events.list(
        ANN, asked(EventParameters, limit="1", start="2026-11-22T11:00:00Z", end="2026-11-22T12:01:00Z")
    )
    later = asked(
        EventParameters, limit="9", start="2026-11-22T11:01:00Z", end="2026-11-22T12:02:00Z", next=str(first.next)
    )

    rest = events.list(ANN, later)

    newest_first = events.list(ANN, asked(EventParameters)).events
    assert [*first.events, *rest.events] == newest_first


def test_what_belongs_to_an_event_is_its_trace_with_causes_first(events: Events) -> None:
    (root,) = events.list(ANN, asked(EventParameters, severity="error")).events

    related = events.related(ANN, root.event_id, asked(RelatedParameters, depth="2"))

    assert related.events[0] == root
    assert [(one.from_event, one.relationship) for one in related.relations] == [(root.event_id, "causes")]
    assert events.get(ANN, root.event_id) == root
    with pytest.raises(RejectedRequestError, match="no such event"):
        events.get(BEN, root.event_id)
