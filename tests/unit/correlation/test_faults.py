"""Whatever is delivered again, in another order or only half done: the same incidents, each opened once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings, strategies as st

from functions.correlation.correlate import Correlator
from functions.correlation.follow import Follower
from functions.correlation.incoming import Incoming
from functions.correlation.observe import Observer
from functions.correlation.telling import OPENED, Teller
from shared.errors import TransientError
from shared.events.event import Event
from shared.incidents.incident import IncidentStatus
from shared.packs.pack import PackHeader, encode_pack
from tests.builders.events import event, payload_json
from tests.fakes.incident_stores import InMemoryEventIndex, InMemoryIncidentStore, InMemorySightingStore
from tests.fakes.rollup_store import InMemoryRollupStore

NOON = datetime.fromisoformat("2026-11-22T12:00:00+00:00")
ATTACK = [
    event(
        event_id=f"0000000{n}-0000-4000-8000-000000000000",
        timestamp=f"2026-11-22T11:5{n}:00.000000Z",
        event_type="security",
        payload=payload_json("security", "threat", target_resource="gpt-4o"),
        tags={"user_id": "ann"},
    )
    for n in range(6)
]


@dataclass
class Bus:
    """Loses what it is told to; keeps the rest."""

    lost: list[bool] = field(default_factory=list)
    notices: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def put(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        if self.lost and self.lost.pop():
            raise TransientError("the bus is away")
        self.notices.append((detail_type, detail))


class Hub:
    def __init__(self, lost: Sequence[bool] = ()) -> None:
        self.now = NOON
        self.bus = Bus(list(lost))
        self.sightings, self.incidents = InMemorySightingStore(), InMemoryIncidentStore()
        teller = Teller(self.incidents, self.bus, "https://hub.example")
        self.follower = Follower(
            Observer(self.sightings, InMemoryEventIndex(), lambda: self.now),
            Correlator(self.sightings, self.incidents, teller, InMemoryRollupStore(), lambda: self.now),
        )

    def deliver(self, *batches: Incoming) -> None:
        """Each until it is done, as Lambda does."""
        for batch in batches:
            for _ in range(9):
                try:
                    self.follower.follow(batch)
                except TransientError:
                    continue
                break

    def stories(self) -> list[tuple[str, ...]]:
        stored = [each.incident for each in self.incidents.incidents.values()]
        return sorted(
            tuple(signal.id for signal in incident.signals)
            for incident in stored
            if incident.status is not IncidentStatus.MERGED
        )


TICK = Incoming()


def a_batch(events: Sequence[Event], name: str) -> Incoming:
    header = PackHeader("acme", 0, NOON, timedelta(hours=24), len(events))
    return Incoming(name, [encode_pack(header, list(events))])


def test_an_attack_becomes_one_incident_that_is_told_once() -> None:
    hub = Hub()

    hub.deliver(a_batch(ATTACK, "b"), TICK, TICK)

    assert hub.stories() == [tuple(threat.event_id for threat in ATTACK)]
    assert [kind for kind, _ in hub.bus.notices] == [OPENED]


def test_an_incident_ends_by_itself_and_its_tenant_leaves_the_news() -> None:
    hub = Hub()
    hub.deliver(a_batch(ATTACK, "b"), TICK)

    hub.now += timedelta(minutes=31)
    hub.deliver(TICK, TICK)

    assert [kind for kind, _ in hub.bus.notices] == [OPENED, "Incident Resolved"]
    assert hub.sightings.news() == []


def test_a_record_that_cannot_be_read_harms_no_other() -> None:
    hub = Hub()
    batch = a_batch(ATTACK, "b")

    hub.deliver(Incoming("b", [b"\x01nonsense", *batch.records]), TICK)

    assert len(hub.stories()) == 1


@given(
    st.permutations(range(6)),
    st.lists(st.integers(1, 5), max_size=3),
    st.lists(st.integers(0, 7), max_size=6),
    st.lists(st.booleans(), max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_order_batches_repetition_and_a_bus_that_fails_change_nothing(
    order: Sequence[int], cuts: Sequence[int], again: Sequence[int], lost: Sequence[bool]
) -> None:
    bounds = sorted({0, 6, *cuts})
    parts = [[ATTACK[place] for place in order[low:high]] for low, high in pairwise(bounds)]
    batches = [a_batch(part, f"b{number}") for number, part in enumerate(parts)]
    hub, calm = Hub(lost), Hub()
    calm.deliver(a_batch(ATTACK, "all"), TICK)

    for batch in batches:
        hub.deliver(batch, TICK)
    hub.deliver(*[batches[place % len(batches)] for place in again], TICK)

    assert hub.stories() == calm.stories()
    opened = [detail["notice_id"] for kind, detail in hub.bus.notices if kind == OPENED]
    assert len(set(opened)) == len(opened) == 1
