"""What of a batch goes to the event index."""

from datetime import timedelta

from functions.correlation.incoming import Incoming
from functions.correlation.observe import Observer
from shared.incidents.event_blocks import blocks_of, runs_of
from shared.incidents.event_index import MOST_BODY_BYTES, IndexedEvent
from tests.builders.arrivals import pack
from tests.builders.events import NOON, event, payload_json
from tests.fakes.incident_stores import InMemoryEventIndex, InMemorySightingStore

DAY = timedelta(days=1)


def test_an_event_too_large_for_any_store_is_left_out_and_counted() -> None:
    index = InMemoryEventIndex()
    vast = payload_json("security", "threat", indicators_of_compromise=["x" * 1_024] * 256)
    small, large = event(event_type="security", severity="error"), event(event_type="security", payload=vast)
    assert len(IndexedEvent.of(large, "acme").body) > MOST_BODY_BYTES

    seen = Observer(InMemorySightingStore(), index, lambda: NOON).observe(Incoming("b", [pack([small, large])]))

    assert [each.event_id for each in index.between("acme", NOON - DAY, NOON + DAY)] == [small.event_id]
    assert (seen.indexed, seen.dropped) == (1, 1)


def test_a_batch_of_a_busy_hub_is_a_few_blocks_whatever_it_holds() -> None:
    """What is stored is paid by the write and by the KB: a thousand events come to a tenth of a KB each and few writes."""
    told = [IndexedEvent.of(event(severity="error"), "acme") for _ in range(1_000)]

    blocks, runs = list(blocks_of(told)), list(runs_of(told))

    assert len(blocks) < 10
    assert len(runs) <= 256
    assert sum(len(block.data) for block in blocks) + sum(len(run.data) for run in runs) < 250 * len(told)
