"""An event read only as far as it is looked at says of calls what the whole event does, and is found again whole."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings, strategies

from shared.errors import RejectedRecordError
from shared.events.event import Event
from shared.events.telemetry import Inference
from shared.incidents.event_index import may_matter, worth_indexing
from shared.incidents.from_events import components_of, signals_of
from shared.packs.pack import PackHeader, SeenPack, decode_seen, encode_pack
from tests.builders.any_event import any_event
from tests.builders.arrivals import NOON
from tests.builders.events import event


def seen(events: list[Event]) -> SeenPack:
    pack = decode_seen(encode_pack(PackHeader("acme", 3, NOON, timedelta(days=1), len(events)), events))
    assert isinstance(pack, SeenPack)
    return pack


@given(strategies.lists(any_event(), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_what_is_seen_is_what_the_whole_event_says(events: list[Event]) -> None:
    pack = seen(events)

    assert pack.whole(range(len(events))) == events
    for short, whole in zip(pack.events, events, strict=True):
        data = whole.payload.data
        assert components_of(short) == components_of(whole)
        assert (short.event_id, short.parent_event_id) == (whole.event_id, whole.parent_event_id)
        assert (short.payload.data.telemetry_type == "inference") == (type(data) is Inference)
        if isinstance(data, Inference):
            assert (short.payload.data.latency_ms, short.payload.data.error_type) == (data.latency_ms, data.error_type)


@given(strategies.lists(any_event(), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_what_does_not_matter_gives_neither_signal_nor_entry(events: list[Event]) -> None:
    pack = seen(events)

    kept = [whole for short, whole in zip(pack.events, events, strict=True) if may_matter(short)]
    assert list(signals_of(kept, "acme")) == list(signals_of(events, "acme"))
    assert list(worth_indexing(kept)) == list(worth_indexing(events))


def test_an_event_that_ingestion_would_not_pack_is_refused() -> None:
    pack = seen([msgspec.structs.replace(event(), event_id="not an id of ours, not at all a uuid")])

    with pytest.raises(RejectedRecordError, match="not canonical"):
        pack.whole([0])
