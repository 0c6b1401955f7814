"""The use case: what is accepted is priced, packed and acknowledged; what is not, says why."""

import gzip
import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.ingestion.ingest import Ingestion, UnacceptedError
from functions.ingestion.request import Limits, Request
from shared.access.principal import Principal
from shared.access.roles import Role
from shared.errors import RejectedRequestError
from shared.events.event import Event
from shared.events.telemetry import Inference
from shared.packs.compression import zstd
from shared.packs.pack import Pack, decode_record
from shared.packs.packing import Packing
from tests.builders.events import NOON, as_body, event_json, inference_json
from tests.fakes.event_stream import FakeEventStream

CLIENT = Principal("acme", Role.API_CLIENT, "key-1", "standard")
BODY = as_body(event_json(), event_json())
LIMITS = Limits(body_bytes=100_000, inflated_bytes=200_000)


def price(events: Sequence[Event], _tenant: str) -> None:
    for event in events:
        if isinstance(event.payload.data, Inference):
            event.payload.data.computed_cost_usd = 0.5


def ingestion(stream: FakeEventStream) -> Ingestion:
    return Ingestion(stream, Packing(4, timedelta(hours=24)), price, lambda: NOON, LIMITS)


def request(body: bytes = BODY, principal: Principal = CLIENT, **headers: str) -> Request:
    return Request(body, {name.replace("_", "-"): value for name, value in headers.items()}, principal)


def events_in(stream: FakeEventStream) -> list[Event]:
    packs = [decode_record(record.data) for record in stream.records]
    return [event for pack in packs if isinstance(pack, Pack) for event in pack.events]


def refusal(wanted: Request) -> tuple[int, str]:
    stream = FakeEventStream()
    with pytest.raises(RejectedRequestError) as error:
        ingestion(stream).ingest(wanted)
    assert stream.records == []
    return error.value.status, error.value.code


def test_events_are_priced_stamped_and_put() -> None:
    stream = FakeEventStream()

    ingested = ingestion(stream).ingest(request(as_body(inference_json(computed_cost_usd=99.0))))

    pack = decode_record(stream.records[0].data)
    assert isinstance(pack, Pack)
    assert (ingested.accepted, ingested.rejected) == (1, [])
    assert (pack.header.tenant, pack.header.ingested_at) == ("acme", NOON)
    assert isinstance(pack.events[0].payload.data, Inference)
    assert pack.events[0].payload.data.computed_cost_usd == 0.5


def test_a_bad_item_is_told_by_its_index_and_its_neighbours_are_put() -> None:
    stream = FakeEventStream()

    ingested = ingestion(stream).ingest(request(as_body(event_json(), {"event_id": 1}, event_json())))

    assert [(item.index, item.code) for item in ingested.rejected] == [(1, "invalid_event")]
    assert ingested.accepted == len(events_in(stream)) == 2


def test_nothing_is_put_when_no_item_is_an_event() -> None:
    stream = FakeEventStream()

    ingested = ingestion(stream).ingest(request(as_body({})))

    assert (ingested.accepted, len(ingested.rejected), stream.records) == (0, 1, [])


def bare_deflate(body: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflater.compress(body) + deflater.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", BODY),
        ("identity", BODY),
        ("gzip", gzip.compress(BODY)),
        ("GZIP", gzip.compress(BODY)),
        ("x-gzip", gzip.compress(BODY[:50]) + gzip.compress(BODY[50:])),
        ("deflate", zlib.compress(BODY)),
        ("deflate", bare_deflate(BODY)),
        ("zstd", zstd.compress(BODY)),
        ("zstd", zstd.compress(BODY[:50]) + zstd.compress(BODY[50:])),
        ("gzip, zstd", zstd.compress(gzip.compress(BODY))),
        ("identity , deflate,gzip", gzip.compress(zlib.compress(BODY))),
    ],
)
def test_compressed_bodies_are_inflated(encoding: str, body: bytes) -> None:
    stream = FakeEventStream()

    ingested = ingestion(stream).ingest(request(body, content_encoding=encoding))

    assert ingested.accepted == len(events_in(stream)) == 2


@pytest.mark.parametrize(
    ("encoding", "body", "expected"),
    [
        ("br", BODY, (415, "unsupported_encoding")),
        ("gzip, br", BODY, (415, "unsupported_encoding")),
        ("gzip,gzip,gzip,gzip", BODY, (415, "unsupported_encoding")),
        ("gzip", BODY, (400, "unreadable_body")),
        ("gzip", gzip.compress(BODY)[:-9], (400, "unreadable_body")),
        ("gzip", b"", (400, "unreadable_body")),
        ("deflate", BODY, (400, "unreadable_body")),
        ("deflate", zlib.compress(BODY)[:-9], (400, "unreadable_body")),
        ("zstd", BODY, (400, "unreadable_body")),
        ("zstd", zstd.compress(BODY)[:-9], (400, "unreadable_body")),
        ("gzip", gzip.compress(b"") * 300, (400, "unreadable_body")),
        ("gzip", gzip.compress(b" " * 50_000_000), (413, "body_too_large")),
        ("deflate", zlib.compress(b" " * 50_000_000), (413, "body_too_large")),
        ("zstd", zstd.compress(b" " * 50_000_000), (413, "body_too_large")),
        ("zstd", zstd.compress(b" " * 200_001), (413, "body_too_large")),
        ("gzip, gzip", gzip.compress(gzip.compress(b" " * 50_000_000)), (413, "body_too_large")),
    ],
)
def test_what_cannot_or_must_not_be_inflated_is_refused(encoding: str, body: bytes, expected: tuple[int, str]) -> None:
    assert refusal(request(body, content_encoding=encoding)) == expected


@pytest.mark.parametrize(
    "content_type",
    ["", "application/json", "Application/JSON ; charset=utf-8", "text/json", 'application/json;v="1;2"'],
)
def test_json_is_json_by_any_of_its_names(content_type: str) -> None:
    assert ingestion(FakeEventStream()).ingest(request(content_type=content_type)).accepted == 2


@pytest.mark.parametrize(
    "content_type", ["application/x-ndjson", "application/ndjson; charset=utf-8", "application/jsonl"]
)
def test_lines_are_lines_by_any_of_their_names(content_type: str) -> None:
    body = b"\n".join([json.dumps(event_json()).encode(), b"broken {", json.dumps(event_json()).encode()])

    ingested = ingestion(FakeEventStream()).ingest(request(body, content_type=content_type))

    assert (ingested.accepted, [item.index for item in ingested.rejected]) == (2, [1])


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/jsonx", "*/*"])
def test_other_media_types_are_refused(content_type: str) -> None:
    assert refusal(request(content_type=content_type)) == (415, "unsupported_media_type")


def test_a_role_that_may_only_read_may_not_write() -> None:
    viewer = replace(CLIENT, role=Role.VIEWER)

    assert refusal(request(principal=viewer)) == (403, "forbidden")


def test_trouble_of_the_stream_is_not_the_clients_fault() -> None:
    stream = FakeEventStream()
    stream.down = True

    with pytest.raises(UnacceptedError) as error:
        ingestion(stream).ingest(request(as_body(event_json(), {}, event_json())))

    assert (error.value.ingested.accepted, error.value.unaccepted) == (0, [0, 2])
    assert [item.index for item in error.value.ingested.rejected] == [1]
    assert not error.value.is_throttled


def test_items_that_the_stream_did_not_take_are_told_by_their_index() -> None:
    stream = FakeEventStream()
    items = [event_json() for _ in range(40)]
    items.insert(7, {"event_id": 1})
    stream.throttled = {1}

    with pytest.raises(UnacceptedError) as error:
        ingestion(stream).ingest(request(as_body(*items)))

    there = {event.event_id for event in events_in(stream)}
    unaccepted = [index for index, item in enumerate(items) if index != 7 and item["event_id"] not in there]
    assert error.value.unaccepted == unaccepted
    assert error.value.ingested.accepted == len(there) == 40 - len(unaccepted)
    assert 0 < len(unaccepted) < 40
    assert error.value.is_throttled


def test_to_send_again_what_was_not_taken_completes_the_request() -> None:
    stream = FakeEventStream()
    items = [event_json() for _ in range(40)]
    stream.throttled = {0, 3}
    with pytest.raises(UnacceptedError) as error:
        ingestion(stream).ingest(request(as_body(*items)))
    stream.throttled = set()

    again = ingestion(stream).ingest(request(as_body(*(items[index] for index in error.value.unaccepted))))

    assert error.value.ingested.accepted + again.accepted == 40
    assert sorted(event.event_id for event in events_in(stream)) == sorted(item["event_id"] for item in items)
