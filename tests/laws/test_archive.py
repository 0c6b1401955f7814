"""Laws of the archive: what is replayed folds to the state that was, whatever was sent, and into which batches it fell."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings, strategies as st

from functions.aggregation.aggregate import Aggregator
from functions.archive.batch import Batch
from functions.archive.keep import Keeper
from functions.redrive.replay import Replay, Wanted
from shared.packs.archive import Hours, archived_objects, archived_packs
from shared.packs.pack import Pack, PackHeader
from shared.packs.stream import StreamRecord
from shared.windows.ids import EventIds
from shared.windows.table import SummaryTable
from tests.builders.any_event import any_event
from tests.builders.arrivals import NOON, arrived, call, pack
from tests.fakes.archive import InMemoryArchive
from tests.fakes.event_stream import FakeEventStream
from tests.fakes.quarantine import InMemoryQuarantine
from tests.fakes.state_store import InMemoryStateStore

PARTITIONS = 4
DAY = Hours(NOON - timedelta(days=2), NOON + timedelta(hours=1))
AT = st.integers(0, 40).map(lambda hours: NOON - timedelta(hours=hours))
EVENTS = st.builds(call, st.integers(0, 30), AT)
PACKS = st.lists(
    st.builds(
        lambda events, tenant, partition, at: StreamRecord(
            partition, pack(events, tenant=tenant, partition=partition, ingested_at=at)
        ),
        st.lists(EVENTS, max_size=6, unique_by=lambda event: event.event_id),
        st.sampled_from(["acme", "globex/eu"]),
        st.integers(0, PARTITIONS - 1),
        AT,
    ),
    max_size=8,
)


class Hub:
    """Aggregation and its state."""

    def __init__(self) -> None:
        self.store = InMemoryStateStore()
        self._aggregator = Aggregator(self.store, InMemoryQuarantine(), lambda: NOON)

    def fold(self, records: list[StreamRecord]) -> None:
        self._aggregator.aggregate([arrived(record.data, partition=record.partition) for record in records])

    def state(self) -> dict[Any, Any]:
        found: dict[Any, list[Any]] = {}
        for segment in self.store.stored.values():
            found.setdefault((segment.minute, segment.partition), []).append(segment)
        return {
            key: (
                EventIds.merged(segment.ids for segment in some).encode(),
                EventIds.merged(segment.late_ids for segment in some).encode(),
                SummaryTable.merge([segment.table for segment in some]).encode(),
            )
            for key, some in found.items()
        }


def replayed(records: list[StreamRecord], batch_size: int) -> list[StreamRecord]:
    """What is in the stream after the records were archived, in batches of one shard, and replayed."""
    archive, stream = InMemoryArchive(), FakeEventStream()
    for number, start in enumerate(range(0, len(records), batch_size)):
        batch = [record.data for record in records[start : start + batch_size]]
        Keeper(archive).keep(Batch(f"shard-{number}", batch))
    replay = Replay(archive, stream, PARTITIONS, lambda: NOON, lambda _seconds: None)
    after: str | None = ""
    while after is not None:
        after = replay.run(Wanted(DAY, 500, after=after), datetime.min.replace(tzinfo=NOON.tzinfo)).next
    return stream.records


@settings(deadline=None, max_examples=30)
@given(records=PACKS, batch_size=st.integers(1, 4))
def test_a_replay_into_an_empty_hub_makes_the_state_that_was(records: list[StreamRecord], batch_size: int) -> None:
    original, restored = Hub(), Hub()
    original.fold(records)

    restored.fold(replayed(records, batch_size))

    assert restored.state() == original.state()


@settings(deadline=None, max_examples=20)
@given(records=PACKS, batch_size=st.integers(1, 4))
def test_a_day_replayed_twice_changes_no_number(records: list[StreamRecord], batch_size: int) -> None:
    hub = Hub()
    hub.fold(records)
    before = hub.state()

    for _ in range(2):
        hub.fold(replayed(records, batch_size))

    assert hub.state() == before


@settings(deadline=None)
@given(events=st.lists(any_event(), max_size=4))
def test_any_event_is_archived_whole(events: list[Any]) -> None:
    header = PackHeader("acme", 1, NOON, timedelta(hours=24), len(events))

    objects = archived_objects([Pack(header, events)], "shard-1-2")

    assert [event for each in objects for made in archived_packs(each.data) for event in made.events] == events
