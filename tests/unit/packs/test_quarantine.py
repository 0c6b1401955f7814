"""Who is told that a record was quarantined."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies

from shared.errors import TransientError
from shared.events.refusals import QUARANTINED, Refused
from shared.packs.compression import zstd
from shared.packs.pack import MAX_INFLATED_BYTES, PACK_CODEC, tenant_of
from shared.packs.quarantine import NotedQuarantine, QuarantinedRecord
from tests.builders.arrivals import NOON, call, pack
from tests.builders.records import HEADER, raw_pack, raw_tick
from tests.fakes.quarantine import InMemoryQuarantine
from tests.fakes.refusals import InMemoryRefusalCounts


def refused(data: bytes) -> QuarantinedRecord:
    return QuarantinedRecord("aggregation", "shard-0", "7", "3", NOON, data, "unreadable_record", "why")


@pytest.mark.parametrize(
    "data",
    [pack([call(1)]), raw_pack({**HEADER, "events": 5}), raw_pack(HEADER, {"event_id": 1}), raw_pack(HEADER, "text")],
)
def test_a_header_says_whose_a_record_is_whatever_its_events_are(data: bytes) -> None:
    assert tenant_of(data) == "acme"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"junk",
        PACK_CODEC + b"not zstd",
        pack([call(1)])[:-3],
        raw_pack(),
        raw_pack("text"),
        raw_pack({"tenant": "acme"}),
        raw_pack({**HEADER, "tenant": ""}),
        raw_pack({**HEADER, "v": 0}),
        raw_pack({**HEADER, "v": 2}),
        raw_pack({**HEADER, "tenant": "\ud800"}),
        raw_tick(v=0),
        PACK_CODEC + zstd.compress(b" " * (MAX_INFLATED_BYTES + 1)),
    ],
)
def test_what_has_no_header_of_ours_is_nobodys(data: bytes) -> None:
    assert tenant_of(data) is None


@given(strategies.binary(max_size=300), strategies.booleans())
def test_no_bytes_whatever_raise(content: bytes, compressed: bool) -> None:
    assert tenant_of(PACK_CODEC + (zstd.compress(content) if compressed else content)) is None


def test_a_tenant_is_told_of_its_record_and_nobody_of_one_that_is_nobodys() -> None:
    kept, notes = InMemoryQuarantine(), InMemoryRefusalCounts()
    quarantine = NotedQuarantine(kept, notes)

    for record in (refused(raw_pack({**HEADER, "events": 5})), refused(b"junk")):
        quarantine.put(record)

    assert [record.data for record in kept.kept.values()] == [b"junk"]
    assert {tenant for tenant, *_ in notes.counts} == {"acme"}
    assert list(notes.between("acme", NOON, NOON + timedelta(minutes=1))) == [Refused(NOON, {QUARANTINED: 1})]


def test_a_record_that_is_not_kept_is_not_noted() -> None:
    class Away:
        def put(self, record: QuarantinedRecord) -> None:
            raise TransientError(record.code)

    notes = InMemoryRefusalCounts()

    with pytest.raises(TransientError):
        NotedQuarantine(Away(), notes).put(refused(pack([call(1)])))

    assert not notes.counts
