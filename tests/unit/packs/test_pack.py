"""Stream records: what is put in comes out, and what cannot be read is refused, whatever it is."""

import json
from datetime import timedelta
from typing import Any

import pytest

from shared.errors import RejectedRecordError, TransientError
from shared.packs.compression import zstd
from shared.packs.pack import (
    MAX_INFLATED_BYTES,
    PACK_CODEC,
    Pack,
    PackHeader,
    Tick,
    decode_measured,
    decode_record,
    encode_pack,
    encode_tick,
    inflated_bytes,
)
from tests.builders.events import NOON, custom_json, event, event_json
from tests.builders.records import HEADER, raw_pack, raw_tick


def header(events: int) -> PackHeader:
    return PackHeader("acme", 3, NOON, timedelta(hours=24), events)


def test_a_pack_is_read_as_it_was_written() -> None:
    pack = Pack(header(2), [event(), event(tags={"team": "search"})])

    assert decode_record(encode_pack(pack.header, pack.events)) == pack


def test_a_custom_payload_survives_on_its_line() -> None:
    events = [event(payload=custom_json({"text": "a\nb"})), event()]

    read = decode_record(encode_pack(header(2), events))

    assert isinstance(read, Pack)
    assert bytes(read.events[0].payload.data) == b'{"text":"a\\nb"}'  # type: ignore[arg-type]


def test_a_tick_is_read_as_it_was_written() -> None:
    tick = Tick(3, NOON + timedelta(seconds=33))

    assert decode_record(encode_tick(tick)) == tick


def test_behind_the_first_byte_a_pack_is_zstd_of_json_lines() -> None:
    data = encode_pack(header(1), [event(environment="test")])

    first, second = map(json.loads, zstd.decompress(data[1:]).splitlines())

    assert first == {**HEADER, "events": 1}
    assert second["environment"] == "test"
    assert inflated_bytes(data) == len(zstd.decompress(data[1:]))


def test_lateness_is_decided_by_the_header_alone() -> None:
    assert header(0).lateness_cutoff == "2026-11-21T12:00:00.000000Z"


def line(**changes: Any) -> dict[str, Any]:
    return {**HEADER, **changes}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "unknown_codec"),
        (b"\x00", "unknown_codec"),
        (b"{}", "unknown_codec"),
        (PACK_CODEC, "unreadable_record"),
        (PACK_CODEC + b"not zstd", "unreadable_record"),
        (raw_pack(HEADER)[:-4], "unreadable_record"),
        (raw_pack(HEADER) + b"more", "unreadable_record"),
        (raw_pack(), "unreadable_record"),
        (raw_pack("text"), "unreadable_record"),
        (raw_pack(line(v=0)), "unknown_version"),
        (raw_pack(line(tenant="")), "unreadable_record"),
        (raw_pack(line(partition=-1)), "unreadable_record"),
        (raw_pack(line(ingested_at="yesterday")), "unreadable_record"),
        (raw_pack(line(ingested_at="0001-01-01T00:00:00.000000Z")), "unreadable_record"),
        (raw_pack(line(allowed_lateness_s=1e12)), "unreadable_record"),
        (raw_pack(line(events=1)), "inconsistent_pack"),
        (raw_pack(HEADER, event_json()), "inconsistent_pack"),
        (raw_pack(line(events=1), event_json(event_id="A" * 36)), "inconsistent_pack"),
        (raw_pack(line(events=1), event_json(timestamp="2026-11-22T12:00:00Z")), "inconsistent_pack"),
        (raw_pack(line(events=1), {"event_id": 1}), "unreadable_record"),
        (raw_tick(v=0), "unknown_version"),
        (raw_tick(partition="3"), "unreadable_record"),
        (raw_tick(sent_at="now"), "unreadable_record"),
        (raw_tick() + b"}", "unreadable_record"),
        (raw_tick(deep=json.loads("[" * 900 + "]" * 900))[:-1] + b"[" * 100_000, "unreadable_record"),
    ],
)
def test_what_is_no_record_of_ours_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(RejectedRecordError) as refusal:
        decode_record(data)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    "data", [raw_pack(line(v=2)), raw_pack({"v": 2, "whose": "acme"}), raw_tick(v=2), raw_pack(line(v=3), event_json())]
)
def test_what_a_newer_release_has_written_is_asked_for_again(data: bytes) -> None:
    with pytest.raises(TransientError, match="of a newer release"):
        decode_record(data)
    with pytest.raises(TransientError, match="of a newer release"):
        decode_measured([data])


def test_a_pack_bomb_is_not_inflated() -> None:
    bomb = PACK_CODEC + zstd.compress(b" " * (MAX_INFLATED_BYTES + 1))

    with pytest.raises(RejectedRecordError):
        decode_record(bomb)
