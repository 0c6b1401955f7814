"""One suite for what correlation keeps: in memory and in DynamoDB (moto)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from random import randbytes
from uuid import uuid4

import boto3
import msgspec
import pytest
from moto import mock_aws

from shared.adapters.event_index import DynamoEventIndex
from shared.adapters.incidents import DynamoIncidentStore
from shared.adapters.sightings import DynamoSightingStore
from shared.incidents.event_index import EventIndex, IndexedEvent, place_of
from shared.incidents.graph import Calls, Edge
from shared.incidents.incident import Incident, IncidentStatus
from shared.incidents.patterns import Pattern
from shared.incidents.stores import SLOT, IncidentStore, Lessons, News, Sighting, SightingStore, StoredIncident
from tests.builders.aws import create_table
from tests.builders.events import event
from tests.builders.signals import MODEL, START, TEAM, a_signal
from tests.builders.stories import an_incident
from tests.fakes.incident_stores import InMemoryEventIndex, InMemoryIncidentStore, InMemorySightingStore

HOUR = timedelta(hours=1)
END = START + timedelta(days=2)


@dataclass(frozen=True)
class Stores:
    sightings: SightingStore
    incidents: IncidentStore
    index: EventIndex


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    if request.param == "memory":
        yield Stores(InMemorySightingStore(), InMemoryIncidentStore(), InMemoryEventIndex())
        return
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(client, "correlation")
        create_table(client, "incidents")
        create_table(client, "event_index")
        yield Stores(
            DynamoSightingStore(client, "correlation"),
            DynamoIncidentStore(client, "incidents"),
            DynamoEventIndex(client, "event_index"),
        )


def a_sighting(batch: str = "b1", *, tenant: str = "acme", slots: int = 0) -> Sighting:
    edges = (Edge(TEAM, MODEL, Calls(3.0, 1.0, 900.0)),)
    signals = (a_signal(parent_id="p", indicators=("user:ann",), magnitude=1.5),)
    return Sighting(tenant, START + slots * SLOT, batch, signals, edges)


def an_entry(*, seconds: float = 0, tenant: str = "acme", **fields: str) -> IndexedEvent:
    return msgspec.structs.replace(IndexedEvent.of(event(**fields), tenant), at=START + timedelta(seconds=seconds))


def test_what_was_seen_is_read_back_by_slot(stores: Stores) -> None:
    early, late, other = a_sighting(), a_sighting("b2", slots=1), a_sighting(tenant="umbrella")
    stores.sightings.put([early, late, other])

    assert list(stores.sightings.since("acme", START, START + HOUR)) == [early, late]
    assert list(stores.sightings.since("acme", START + SLOT, START + HOUR)) == [late]
    assert list(stores.sightings.since("acme", START - HOUR, START)) == []


def test_the_same_batch_again_is_stored_over_itself(stores: Stores) -> None:
    stores.sightings.put([a_sighting()])
    stores.sightings.put([a_sighting()])

    assert list(stores.sightings.since("acme", START, START + HOUR)) == [a_sighting()]


def test_news_are_forgotten_unless_there_are_later_ones(stores: Stores) -> None:
    first, second = News("acme", START), News("acme", START + SLOT)
    stores.sightings.announce(first)
    stores.sightings.announce(second)

    stores.sightings.forget(first)
    assert stores.sightings.news() == [second]

    stores.sightings.forget(second)
    assert stores.sightings.news() == []


def test_lessons_are_remembered_by_tenant(stores: Stores) -> None:
    lessons = Lessons(START, (Pattern("learned", ("a", "b", "c")),))

    stores.sightings.teach("acme", lessons)

    assert stores.sightings.lessons("acme") == lessons
    assert stores.sightings.lessons("umbrella") is None


def test_an_incident_is_put_over_the_edition_that_was_read_only(stores: Stores) -> None:
    first = StoredIncident(an_incident()).becoming(an_incident(), "Incident Opened")
    second = first.told()

    assert stores.incidents.put(first)
    assert not stores.incidents.put(first)
    assert stores.incidents.put(second)
    assert not stores.incidents.put(replace(second, edition=4))
    assert stores.incidents.get("acme", first.incident.id) == second


def test_recent_incidents_are_the_open_ones_and_those_that_ended_lately(stores: Stores) -> None:
    later = START + timedelta(days=1)
    is_open, ended = an_incident("a"), an_incident("b").resolved(START)
    for incident in (is_open, ended):
        stores.incidents.put(StoredIncident(incident, 1))

    assert [each.incident for each in stores.incidents.recent("acme", later)] == [is_open]
    assert len(stores.incidents.recent("acme", START)) == 2


def test_incidents_are_found_newest_first_page_by_page(stores: Stores) -> None:
    many: list[Incident] = [an_incident(str(number), seconds=60 * number) for number in range(3)]
    for incident in many:
        stores.incidents.put(StoredIncident(incident, 1))

    page = stores.incidents.find("acme", limit=2)
    rest = stores.incidents.find("acme", after=page[-1].incident.id)

    assert [each.incident for each in (*page, *rest)] == many[::-1]
    assert stores.incidents.find("acme", status=IncidentStatus.RESOLVED) == []


def test_an_event_is_found_by_id_by_trace_and_by_time(stores: Stores) -> None:
    trace = "0f0e0d0c-0b0a-4900-8807-060504030201"
    root, child, alone = an_entry(correlation_id=trace), an_entry(seconds=2, correlation_id=trace), an_entry(seconds=1)
    stores.index.put("b1", [child, alone, root, root])

    assert stores.index.get("acme", child.event_id, START, END) == child
    assert stores.index.get("umbrella", child.event_id, START, END) is None
    assert stores.index.get("acme", child.event_id, START, child.at) is None
    assert stores.index.of_trace("acme", trace, START, END) == [root, child]
    assert list(stores.index.between("acme", START, START + HOUR)) == [child, alone, root]
    assert list(stores.index.between("acme", START, START + timedelta(seconds=2))) == [alone, root]


@pytest.mark.parametrize("newest_first", [True, False])
def test_events_are_paged_over_midnight(stores: Stores, newest_first: bool) -> None:
    entries = [an_entry(seconds=3600 * 5 * number) for number in range(5)]
    stores.index.put("b1", entries)
    in_order = entries[::-1] if newest_first else entries

    for behind, last in enumerate(in_order, 1):
        rest = stores.index.between("acme", START, END, after=place_of(last), newest_first=newest_first)
        assert list(rest) == in_order[behind:]


def test_events_that_came_in_several_batches_are_told_once_and_in_order(stores: Stores) -> None:
    entries = [an_entry(seconds=number / 3) for number in range(90)]
    stores.index.put("b1", entries[::2])
    stores.index.put("b2", entries[1::2])
    stores.index.put("b2", entries[1::2])
    stores.index.put("b3", entries[20:50])

    assert list(stores.index.between("acme", START, END, newest_first=False)) == entries
    assert [stores.index.get("acme", each.event_id, START, END) for each in entries] == entries


def test_hundreds_of_events_of_a_batch_are_found_by_name(stores: Stores) -> None:
    traces = [str(uuid4()) for _ in range(7)]
    entries = [an_entry(seconds=number, correlation_id=traces[number % 7]) for number in range(600)]
    stores.index.put("b1", entries)

    assert stores.index.get("acme", entries[123].event_id, START, END) == entries[123]
    assert stores.index.of_trace("acme", traces[3], START, END) == entries[3::7]


def test_an_event_is_replaced_wherever_it_is_stored_and_no_other(stores: Stores) -> None:
    entries = [an_entry(seconds=number) for number in range(3)]
    stores.index.put("b1", entries)
    stores.index.put("b2", entries[1:])
    new = msgspec.structs.replace(entries[1], body=b"{}")

    stores.index.replace([new, an_entry(seconds=1)])

    assert list(stores.index.between("acme", START, END, newest_first=False)) == [entries[0], new, entries[2]]
    assert stores.index.get("acme", new.event_id, START, END) == new


def test_events_too_large_for_one_block_are_told_all(stores: Stores) -> None:
    entries = [msgspec.structs.replace(an_entry(seconds=number), body=randbytes(90_000)) for number in range(9)]
    stores.index.put("b1", entries)

    assert list(stores.index.between("acme", START, END, newest_first=False)) == entries
