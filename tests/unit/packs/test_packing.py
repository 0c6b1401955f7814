"""Packing: every event in the pack of its partition, and no pack too large for those who read it."""

import random
import string
from datetime import timedelta
from itertools import pairwise

import pytest

from shared.events.event import Event
from shared.events.timestamps import format_timestamp
from shared.packs.pack import Pack, decode_record
from shared.packs.packing import MAX_LINES_BYTES, MAX_MINUTES, MAX_RECORD_BYTES, Packing
from shared.packs.partitions import explicit_hash_key, partition_of
from shared.packs.stream import StreamRecord
from tests.builders.events import NOON, event, event_json

TRACE = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
PACKING = Packing(partitions=4, allowed_lateness=timedelta(hours=24))


def packs(records: list[StreamRecord]) -> list[Pack]:
    read = [decode_record(record.data) for record in records]
    assert [record.partition for record in records] == [
        pack.header.partition for pack in read if isinstance(pack, Pack)
    ]
    return [pack for pack in read if isinstance(pack, Pack)]


def ids(events: list[Event]) -> list[str]:
    return sorted(event.event_id for event in events)


def test_every_event_is_in_one_pack_and_that_of_its_partition() -> None:
    events = [event() for _ in range(100)]

    made = packs(PACKING.pack(events, "acme", NOON))

    assert ids([each for pack in made for each in pack.events]) == ids(events)
    assert all(partition_of(each, 4) == pack.header.partition for pack in made for each in pack.events)
    assert {pack.header.tenant for pack in made} == {"acme"}
    assert len(made) == 4


def test_a_trace_stays_in_one_partition() -> None:
    events = [event(correlation_id=TRACE) for _ in range(20)]

    assert len(PACKING.pack(events, "acme", NOON)) == 1


def test_a_pack_holds_few_minutes() -> None:
    times = [format_timestamp(NOON - timedelta(minutes=minute)) for minute in range(150)]
    events = [event(correlation_id=TRACE, timestamp=time) for time in random.Random(1).sample(times, 150)]

    made = packs(PACKING.pack(events, "acme", NOON))

    assert ids([each for pack in made for each in pack.events]) == ids(events)
    assert all(len({each.timestamp[:16] for each in pack.events}) <= MAX_MINUTES for pack in made)


def test_a_pack_that_does_not_compress_is_divided() -> None:
    noise = random.Random(2)
    texts = ["".join(noise.choices(string.printable[:90], k=1000)) for _ in range(300)]
    events = [event(correlation_id=TRACE, tags={"note": text}) for text in texts]

    records = PACKING.pack(events, "acme", NOON)

    assert max(len(record.data) for record in records) <= MAX_RECORD_BYTES
    assert ids([each for pack in packs(records) for each in pack.events]) == ids(events)


def test_a_pack_that_compresses_too_well_is_divided_too() -> None:
    tags = {f"t{number}": "x" * 1024 for number in range(64)}
    events = [event(correlation_id=TRACE, tags=tags) for _ in range(150)]

    records = PACKING.pack(events, "acme", NOON)

    assert len(records) > 150 * 65_000 // MAX_LINES_BYTES
    assert ids([each for pack in packs(records) for each in pack.events]) == ids(events)


@pytest.mark.parametrize("partitions", [1, 3, 16, 64])
def test_partitions_share_the_hash_space_evenly(partitions: int) -> None:
    starts = [int(explicit_hash_key(partition, partitions)) for partition in range(partitions)]

    assert starts[0] == 0
    assert max(starts) < 2**128
    assert {after - before for before, after in pairwise(starts)} <= {
        2**128 // partitions,
        2**128 // partitions + 1,
    }


def test_an_id_is_in_the_same_partition_for_ever() -> None:
    known = event(**event_json(event_id=TRACE))

    assert [partition_of(known, partitions) for partitions in (4, 16, 64)] == [2, 6, 6]
