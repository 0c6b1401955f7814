"""Batches become columns."""

import numpy as np

from shared.measures.observations import observe
from tests.unit.measures.observing import event, inference, yielded

CUSTOM = {"payload_type": "custom", "custom_type": "deploy", "data": 1}


def test_an_empty_batch_has_no_observations() -> None:
    observations = observe([], [])

    assert observations.cells == ()
    assert len(observations.event) == len(observations.event_cell) == 0


def test_events_of_one_cell_share_it_and_tenants_do_not() -> None:
    observations = observe([inference(), inference(), inference()], ["acme", "acme", "globex"])

    assert observations.event_cell.tolist() == [0, 0, 1]
    assert [cell[0] for cell in observations.cells] == ["acme", "globex"]


def test_kinds_may_be_mixed_in_any_order() -> None:
    batch = [event("custom", {}, payload=CUSTOM), inference(), event("custom", {}, payload=CUSTOM)]

    observations = observe(batch, ["acme"] * 3)

    counted = observations.measure == observations.measures.index("custom_events")
    assert observations.event[counted].tolist() == [0, 2]
    assert observations.event_cell[0] == observations.event_cell[2] != observations.event_cell[1]


def test_columns_have_the_types_that_are_promised() -> None:
    observations = observe([inference()], ["acme"])

    assert observations.event_cell.dtype == observations.event.dtype == observations.measure.dtype == np.int32
    assert observations.value.dtype == np.int64
    assert all(type(part) is str or part is None for part in observations.cells[0])


def test_money_is_rounded_to_the_nano_dollar_half_to_even() -> None:
    assert yielded(inference(reported_cost_usd=2.5e-9))["reported_cost_usd"] == 2e-9
    assert yielded(inference(reported_cost_usd=0.1 + 0.2))["reported_cost_usd"] == 0.3


def test_a_team_in_the_payload_goes_before_the_tag() -> None:
    tagged = inference(team="search")
    tagged.tags = {"team": "risk"}

    assert observe([tagged], ["acme"]).cells[0][-1] == "search"
