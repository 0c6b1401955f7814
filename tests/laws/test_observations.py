"""Observing a batch column by column says the same as looking at each event by itself."""

from collections import Counter
from decimal import ROUND_HALF_EVEN, Decimal

from hypothesis import given, strategies as st

from shared.events.event import Event
from shared.measures.measure import GREATEST_STORED, measure_named
from shared.measures.observations import Observations, observe
from shared.measures.table import MEASURED
from tests.builders.any_event import any_event
from tests.laws.observed import law

batches = st.lists(st.tuples(any_event(), st.sampled_from(["acme", "globex"])), max_size=8)


def told(observations: Observations) -> Counter[tuple[object, ...]]:
    """Every observation spelt out, with its event's place and cell."""
    columns = zip(observations.event, observations.measure, observations.value, strict=True)
    return Counter(
        (int(event), observations.cells[observations.event_cell[event]], observations.measures[measure], int(value))
        for event, measure, value in columns
    )


def expected(place: int, event: Event, tenant: str) -> list[tuple[object, ...]]:
    """The same, of one event, in plain Python and decimals."""
    leaf, measured = event.payload.data, MEASURED[type(event.payload.data)]
    model, provider, team = measured.labels(leaf)
    cell = (tenant, model, provider, event.source_module.value, event.environment)
    numbers: dict[str, float | None] = dict.fromkeys(("events", *measured.counts), 1.0)
    numbers |= dict(zip(measured.values, measured.read(leaf), strict=True))
    numbers |= measured.custom(leaf) if measured.custom else {}
    spread = measured.spread(leaf) if measured.spread else ()
    told = [*numbers.items(), *((name, value) for name, value, count in spread for _ in range(count))]
    return [
        (place, (*cell, event.tags.get("team") if team is None else team), name, stored(name, number))
        for name, number in told
        if number is not None
    ]


def stored(name: str, number: float) -> int:
    return int(Decimal(number * measure_named(name).scale).quantize(Decimal(1), ROUND_HALF_EVEN))


@law
@given(batches)
def test_a_batch_yields_what_its_events_yield_one_by_one(batch: list[tuple[Event, str]]) -> None:
    observations = observe([event for event, _ in batch], [tenant for _, tenant in batch])

    alone = [told for place, (event, tenant) in enumerate(batch) for told in expected(place, event, tenant)]
    assert told(observations) == Counter(alone)


@law
@given(batches)
def test_whatever_the_schema_lets_in_fits_the_store(batch: list[tuple[Event, str]]) -> None:
    observations = observe([event for event, _ in batch], [tenant for _, tenant in batch])

    assert all(0 <= value <= GREATEST_STORED for value in observations.value)
    assert len(observations.event_cell) == len(batch)
