"""Requests: three framings, and a bad item that costs only itself."""

import json

import pytest

from shared.errors import RejectedRequestError
from shared.events.decoding import MAX_EVENT_BYTES, DecodedEvents, decode_events
from shared.events.framing import MAX_EVENTS
from tests.builders.events import NOON, as_body, custom_json, event_json

DEEP = b'{"deep":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
GOOD = json.dumps(event_json()).encode()


def decoded(body: bytes, *, ndjson: bool = False) -> DecodedEvents:
    return decode_events(body, ndjson=ndjson, received_at=NOON)


def outcome(body: bytes, *, ndjson: bool = False) -> tuple[int, list[tuple[int, str]]]:
    found = decoded(body, ndjson=ndjson)
    return len(found.events), [(rejection.index, rejection.code) for rejection in found.rejections]


@pytest.mark.parametrize(
    ("body", "ndjson", "events"),
    [
        (GOOD, False, 1),
        (b" \r\n\t" + GOOD + b"\n", False, 1),
        (b"[" + GOOD + b"," + GOOD + b"]", False, 2),
        (b" [\n" + GOOD + b" ,\n" + GOOD + b"\n]\n", False, 2),
        (GOOD + b"\n" + GOOD + b"\n", True, 2),
        (b"\n" + GOOD + b"\r\n\r\n" + GOOD, True, 2),
    ],
)
def test_an_object_an_array_and_lines_are_read(body: bytes, ndjson: bool, events: int) -> None:
    assert outcome(body, ndjson=ndjson) == (events, [])


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (b'{"event_id": 1}', "invalid_event"),
        (b"17", "invalid_event"),
        (b"null", "invalid_event"),
        (b'"text"', "invalid_event"),
        (b"[]", "invalid_event"),
        (b"{}", "invalid_event"),
        (b'{"latency": NaN}', "invalid_json"),
        (b'{"latency": -Infinity}', "invalid_json"),
        (b'{"latency": 1e999, "latency": "', "invalid_json"),
        (b"{'single': 1}", "invalid_json"),
        (b'{"environment": "\xff\xfe"}', "invalid_json"),
        (b'{"schema_version": "\\ud800"}', "invalid_json"),
        (DEEP, "nested_too_deep"),
        (b'{"schema_version": "2.0.0"}', "unsupported_schema_version"),
        (b'{"schema_version": 2}', "invalid_event"),
    ],
)
def test_a_bad_item_costs_no_neighbour(bad: bytes, code: str) -> None:
    lines = b"\n".join([GOOD, bad, GOOD])

    assert outcome(lines, ndjson=True) == (2, [(1, code)])


@pytest.mark.parametrize(
    "bad",
    [
        b'{"latency": NaN}',
        b"{'single': [1, 2]}",
        b'{"environment": "\xff,"}',
        b'{"a" 1, "b": ","}',
        DEEP,
        b"",
        b"truth",
    ],
)
def test_not_even_in_an_array_where_it_breaks_the_framing(bad: bytes) -> None:
    events, rejections = outcome(b"[" + b",".join([GOOD, bad, GOOD]) + b"]")

    assert events == 2
    assert [index for index, _ in rejections] == [1]


def test_an_array_that_was_cut_off_keeps_what_is_whole() -> None:
    assert outcome(b"[" + GOOD + b"," + GOOD + b"," + GOOD[:50]) == (2, [(2, "invalid_json")])


def test_what_follows_an_array_is_one_more_item() -> None:
    assert outcome(b"[" + GOOD + b"] trailing") == (1, [(1, "invalid_json")])


def test_another_major_version_is_refused_by_name_whatever_else_it_holds() -> None:
    item = event_json(schema_version="2.1.0", payload={"a new": "world"})

    assert outcome(as_body(item, event_json())) == (1, [(0, "unsupported_schema_version")])


@pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.9.23"])
def test_every_1_x_is_read(version: str) -> None:
    assert outcome(as_body(event_json(schema_version=version))) == (1, [])


@pytest.mark.parametrize("version", ["1", "1.", "1.x", "01.0", "10.0", "0.9", "1.0.0-beta", "1.0.0\n"])
def test_other_versions_are_not(version: str) -> None:
    assert outcome(as_body(event_json(schema_version=version))) == (0, [(0, "unsupported_schema_version")])


@pytest.mark.parametrize(
    ("body", "ndjson"),
    [(b"", False), (b" \n ", False), (b"[]", False), (b" [ ] ", False), (b"", True), (b" \n\n ", True)],
)
def test_a_body_without_items_is_refused(body: bytes, ndjson: bool) -> None:
    with pytest.raises(RejectedRequestError) as refusal:
        decoded(body, ndjson=ndjson)

    assert (refusal.value.status, refusal.value.code) == (400, "empty_body")


def test_messages_hold_nothing_of_what_was_sent() -> None:
    secret = "sk-secret - at `$.x`"
    items = [
        event_json(severity=secret),
        event_json(payload={"payload_type": secret}),
        event_json(timestamp=secret),
        event_json(event_id=secret * 2),
        event_json(schema_version=secret),
        event_json(tags={secret: 1}),
        event_json(payload=custom_json({secret: secret}), source_module=secret),
    ]

    found = decoded(as_body(*items))

    assert len(found.rejections) == len(items)
    assert "secret" not in repr(found.rejections)


def test_an_event_has_a_size_it_may_not_pass() -> None:
    large = event_json(padding="x" * MAX_EVENT_BYTES)

    assert outcome(as_body(event_json(), large, event_json())) == (2, [(1, "event_too_large")])


@pytest.mark.parametrize(
    ("data", "code"),
    [("x" * 65_536, "event_too_large"), (json.loads("[" * 40 + "]" * 40), "nested_too_deep")],
)
def test_custom_json_has_bounds(data: object, code: str) -> None:
    items = [event_json(), event_json(payload=custom_json(data))]

    assert outcome(as_body(*items)) == (1, [(1, code)])


@pytest.mark.parametrize("ndjson", [False, True])
@pytest.mark.parametrize("item", [b"{}", GOOD])
def test_a_request_has_a_number_of_events_it_may_not_pass(item: bytes, ndjson: bool) -> None:
    items = [item] * (MAX_EVENTS + 1)
    body = b"\n".join(items) if ndjson else b"[" + b",".join(items) + b"]"

    with pytest.raises(RejectedRequestError) as refusal:
        decoded(body, ndjson=ndjson)

    assert (refusal.value.status, refusal.value.code) == (413, "too_many_events")


def test_millions_of_empty_items_are_refused_before_they_are_made() -> None:
    with pytest.raises(RejectedRequestError, match="at most"):
        decoded(b"[" + b"0," * 5_000_000 + b"0]")


def test_a_large_broken_array_is_not_searched_for_its_items() -> None:
    with pytest.raises(RejectedRequestError) as refusal:
        decoded(b'["' + b"x" * 4 * 1024 * 1024)

    assert refusal.value.code == "invalid_json"


def test_many_events_are_judged_one_by_one_where_it_matters() -> None:
    items = [
        event_json(timestamp="never and again so" * 2 if number % 7 == 0 else "2026-11-22T12:00:00Z")
        for number in range(50)
    ]

    events, rejections = outcome(as_body(*items))

    assert events == 42
    assert rejections == [(index, "invalid_timestamp") for index in range(0, 50, 7)]
