"""What of a batch is kept, and under which names."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from functions.archive.batch import Batch, batch_of
from functions.archive.keep import Keeper
from shared.errors import RejectedRecordError, TransientError
from shared.packs.archive import archived_packs, arrival_hour
from shared.packs.compression import zstd
from shared.packs.pack import Pack, PackHeader, encode_pack
from tests.builders.arrivals import NOON, PARTITION, arrived, call, calls, pack, tick
from tests.builders.failures import kinesis_event
from tests.fakes.archive import InMemoryArchive

NAME = "shardId-000000000000-1-2"


@pytest.fixture
def archive() -> InMemoryArchive:
    return InMemoryArchive()


def keep(archive: InMemoryArchive, *records: bytes, name: str = NAME) -> Sequence[str]:
    Keeper(archive).keep(Batch(name, records))
    return sorted(archive.kept)


def test_events_are_kept_by_tenant_and_hour_of_arrival(archive: InMemoryArchive) -> None:
    early = NOON - timedelta(minutes=1)
    keys = keep(archive, pack([call(1)]), pack([call(2)], tenant="globex"), pack([call(3)], ingested_at=early))

    assert keys == [
        f"events/tenant=acme/date=2026-11-22/hour=11/{NAME}.jsonl.zst",
        f"events/tenant=acme/date=2026-11-22/hour=12/{NAME}.jsonl.zst",
        f"events/tenant=globex/date=2026-11-22/hour=12/{NAME}.jsonl.zst",
    ]


def test_what_is_kept_makes_up_the_packs_again(archive: InMemoryArchive) -> None:
    [key] = keep(archive, pack(calls(range(3))), pack(calls(range(3, 5)), partition=4))

    assert list(archived_packs(archive.read(key))) == [
        Pack(PackHeader("acme", PARTITION, NOON, timedelta(hours=24), 3, archived=True), calls(range(3))),
        Pack(PackHeader("acme", 4, NOON, timedelta(hours=24), 2, archived=True), calls(range(3, 5))),
    ]


def test_a_batch_that_comes_again_writes_the_same_bytes_under_the_same_names(archive: InMemoryArchive) -> None:
    batch = [pack(calls(range(100))), tick(), pack([call(7)], tenant="globex")]
    keep(archive, *batch)
    before = dict(archive.kept)

    keep(archive, *batch)

    assert archive.kept == before


def test_ticks_and_what_cannot_be_read_are_left_out(archive: InMemoryArchive) -> None:
    assert keep(archive, tick(), b"junk", b"") == []


def test_what_comes_from_the_archive_is_not_archived_again(archive: InMemoryArchive) -> None:
    header = PackHeader("acme", PARTITION, NOON, timedelta(hours=24), 1, archived=True)

    assert keep(archive, encode_pack(header, [call(1)])) == []


def test_no_tenant_can_write_into_the_folder_of_another(archive: InMemoryArchive) -> None:
    [key] = keep(archive, pack([call(1)], tenant="../tenant=globex/"))

    assert key.startswith("events/tenant=..%2Ftenant%3Dglobex%2F/date=")
    assert archive.tenants() == ["../tenant=globex/"]


def test_a_batch_is_named_by_its_shard_and_first_and_last_record() -> None:
    batch = [arrived(pack([call(1)])), arrived(tick()), arrived(b"junk")]

    found = batch_of(kinesis_event(batch))

    assert found == Batch(
        f"{batch[0].shard}-{batch[0].sequence}-{batch[2].sequence}", [record.data for record in batch]
    )


def test_an_archive_that_does_not_answer_is_transient(archive: InMemoryArchive) -> None:
    archive.down = True

    with pytest.raises(TransientError):
        keep(archive, pack([call(1)]))


@pytest.mark.parametrize("data", [b"", b"junk", zstd.compress(b"{}\n"), zstd.compress(b"\xff\n"), zstd.compress(b"7")])
def test_an_object_that_cannot_be_read_is_rejected(data: bytes) -> None:
    with pytest.raises(RejectedRecordError):
        list(archived_packs(data))


def test_a_name_that_the_archive_never_gave_is_rejected() -> None:
    with pytest.raises(RejectedRecordError):
        arrival_hour("events/tenant=acme/readme.txt")
