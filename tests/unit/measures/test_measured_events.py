"""An event read only as far as it is measured yields what the whole event does."""

from datetime import timedelta

import numpy as np
from hypothesis import given, settings, strategies

from shared.events.event import Event
from shared.measures.observations import Observations, observe
from shared.packs.pack import MeasuredPack, PackHeader, decode_measured, encode_pack
from shared.windows.folding import fold
from tests.builders.any_event import any_event
from tests.builders.arrivals import NOON


def folded(observations: Observations, count: int) -> bytes:
    return fold(observations, np.zeros(count, np.int64))[0].encode()


@given(strategies.lists(any_event(), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_a_measured_event_yields_what_the_whole_event_does(events: list[Event]) -> None:
    header = PackHeader("acme", 3, NOON, timedelta(days=1), len(events))
    [measured] = decode_measured([encode_pack(header, events)])

    assert isinstance(measured, MeasuredPack)
    tenants = ["acme"] * len(events)
    assert folded(observe(measured.events, tenants), len(events)) == folded(observe(events, tenants), len(events))
