"""The answers: each outcome has its status and body, is logged without payload text, and is counted."""

import json
from datetime import timedelta
from typing import Any

import pytest
from aws_lambda_powertools import Logger, Metrics
from hypothesis import given, settings, strategies as st

from functions.ingestion.endpoint import Endpoint
from functions.ingestion.ingest import Ingestion
from functions.ingestion.pricing import TenantPricing
from functions.ingestion.request import Limits
from shared.errors import TransientError
from shared.events.refusals import RefusalCounts, Refused
from shared.packs.packing import Packing
from tests.builders.api import PRINCIPAL, posted
from tests.builders.events import NOON, as_body, event_json
from tests.fakes.event_stream import FakeEventStream
from tests.fakes.negotiated_prices import InMemoryNegotiatedPriceStore
from tests.fakes.refusals import InMemoryRefusalCounts

LIMITS = Limits(body_bytes=100_000, inflated_bytes=200_000)
PRICER = TenantPricing(InMemoryNegotiatedPriceStore(), lambda: NOON)


def endpoint(stream: FakeEventStream | None = None, refusals: RefusalCounts | None = None) -> Endpoint:
    ingestion = Ingestion(stream or FakeEventStream(), Packing(4, timedelta(hours=24)), PRICER, lambda: NOON, LIMITS)
    logger, metrics = Logger(service="ingestion"), Metrics(service="ingestion", namespace="Test")
    return Endpoint(ingestion, refusals or InMemoryRefusalCounts(), logger, metrics)


def served(proxied: dict[str, Any], stream: FakeEventStream | None = None) -> tuple[int, dict[str, Any]]:
    response = endpoint(stream).serve(proxied)
    assert response["headers"]["Content-Type"] == "application/json"
    return response["statusCode"], json.loads(response["body"])


def test_accepted_events_are_answered_202() -> None:
    status, body = served(posted(as_body(event_json(), event_json())))

    assert (status, body) == (202, {"accepted": 2, "rejected": []})


def test_a_part_is_answered_202_with_what_was_rejected() -> None:
    status, body = served(posted(as_body(event_json(), event_json(severity="fatal"))))

    assert status == 202
    assert body == {
        "accepted": 1,
        "rejected": [{"index": 1, "code": "invalid_event", "message": "Invalid enum value - at `$.severity`"}],
    }


def test_nothing_valid_is_answered_400_with_what_was_rejected() -> None:
    status, body = served(posted(as_body({})))

    assert status == 400
    assert {name: body["error"][name] for name in ("code", "request_id")} == {
        "code": "no_valid_event",
        "request_id": "request-1",
    }
    assert [item["index"] for item in body["rejected"]] == [0]


def test_a_body_of_text_is_read_too() -> None:
    proxied = {**posted(None), "body": as_body(event_json(environment="prodüction")).decode(), "isBase64Encoded": False}

    assert served(proxied)[0] == 202


@pytest.mark.parametrize(
    ("proxied", "status", "code"),
    [
        (posted(None), 400, "empty_body"),
        (posted(b""), 400, "empty_body"),
        (posted(b"no json"), 400, "no_valid_event"),
        ({**posted(b""), "body": "no base64!"}, 400, "unreadable_body"),
        ({**posted(b""), "body": "ünicode="}, 400, "unreadable_body"),
        (posted(b"x" * 100_001), 413, "body_too_large"),
        (posted(b"x" * 200_000), 413, "body_too_large"),
        (posted(as_body(event_json()), content_type="text/plain"), 415, "unsupported_media_type"),
        (posted(as_body(event_json()), content_encoding="br"), 415, "unsupported_encoding"),
        (posted(as_body(event_json()), principal={}), 403, "forbidden"),
        (posted(as_body(event_json()), principal={**PRINCIPAL, "role": "viewer"}), 403, "forbidden"),
        (posted(as_body(event_json()), principal={**PRINCIPAL, "role": "king"}), 403, "forbidden"),
    ],
)
def test_every_refusal_has_its_status_and_code(proxied: dict[str, Any], status: int, code: str) -> None:
    answered, body = served(proxied)

    assert (answered, body["error"]["code"]) == (status, code)
    assert body["error"]["request_id"] == "request-1"
    assert body["error"]["message"]


def test_a_stream_that_is_down_is_answered_503_with_when_to_come_again() -> None:
    stream = FakeEventStream()
    stream.down = True

    response = endpoint(stream).serve(posted(as_body(event_json())))

    assert response["statusCode"] == 503
    assert int(response["headers"]["Retry-After"]) >= 1
    body = json.loads(response["body"])
    assert body.pop("error")["code"] == "service_unavailable"
    assert body == {"accepted": 0, "unaccepted": [0], "rejected": []}


def test_a_throttled_stream_is_answered_429_with_what_to_send_again() -> None:
    stream = FakeEventStream()
    stream.throttled = {0, 1}
    items = [{}, *(event_json() for _ in range(20))]

    response = endpoint(stream).serve(posted(as_body(*items)))

    body = json.loads(response["body"])
    assert response["statusCode"] == 429
    assert int(response["headers"]["Retry-After"]) >= 1
    assert body["error"]["code"] == "throttled"
    assert [item["index"] for item in body["rejected"]] == [0]
    assert body["accepted"] == 20 - len(body["unaccepted"]) > 0


def test_nothing_of_a_payload_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    served(posted(as_body(event_json(environment="sk-secret"), event_json(severity="sk-secret"))))

    assert "sk-secret" not in "".join(capsys.readouterr())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.dictionaries(st.sampled_from(sorted(event_json())), JSON, max_size=4)
ENCODINGS = st.sampled_from(["", "gzip", "deflate", "zstd", "gzip, zstd", "br"])
TYPES = st.sampled_from(["", "application/json", "application/x-ndjson", "text/plain"])


@settings(max_examples=300, deadline=None)
@given(body=st.binary(max_size=300) | st.text(max_size=100).map(str.encode), encoding=ENCODINGS, content_type=TYPES)
def test_arbitrary_bytes_are_answered(body: bytes, encoding: str, content_type: str) -> None:
    status, answered = served(posted(body, content_encoding=encoding, content_type=content_type))

    assert status in (202, 400, 413, 415)
    assert status == 202 or answered["error"]["code"]


@settings(max_examples=300, deadline=None)
@given(bad=JSON | FIELDS.map(lambda changes: event_json(**changes)))
def test_valid_neighbours_of_arbitrary_items_survive(bad: Any) -> None:
    stream = FakeEventStream()
    neighbours = [event_json(), event_json()]

    status, answered = served(posted(as_body(neighbours[0], bad, neighbours[1])), stream)

    refused = {item["index"] for item in answered["rejected"]}
    assert status == 202
    assert refused <= {1}
    assert answered["accepted"] == 3 - len(refused)


@settings(max_examples=300, deadline=None)
@given(start=st.integers(0, 500), junk=st.binary(max_size=6))
def test_an_item_damaged_anywhere_harms_no_other_line(start: int, junk: bytes) -> None:
    good = as_body(event_json())[1:-1]
    damaged = (good[:start] + junk + good[start + len(junk) :]).replace(b"\n", b" ").strip() or b"{"
    lines = b"\n".join([good, damaged, good])

    status, answered = served(posted(lines, content_type="application/x-ndjson"))

    assert status == 202
    assert {item["index"] for item in answered["rejected"]} <= {1}


def test_what_is_refused_and_what_is_late_is_counted_for_who_sent_it() -> None:
    counts, late = InMemoryRefusalCounts(), (NOON - timedelta(days=2)).isoformat()

    endpoint(refusals=counts).serve(posted(as_body(event_json(), event_json(timestamp=late), event_json(severity="x"))))
    endpoint(refusals=counts).serve(posted(as_body(event_json())))

    assert list(counts.between("acme", NOON, NOON + timedelta(minutes=1))) == [
        Refused(NOON, {"invalid_event": 1, "late": 1})
    ]


def test_what_cannot_be_counted_is_answered_and_told_of() -> None:
    class Away(InMemoryRefusalCounts):
        def add(self, tenant: str, refused: Refused) -> None:
            raise TransientError(f"UpdateItem: 500 {len(tenant)} {len(refused.counts)}")

    hub = endpoint(refusals=Away())
    answer = hub.serve(posted(as_body(event_json(), event_json(severity="x"))))

    assert answer["statusCode"] == 202
    assert dict(hub.metrics.serialize_metric_set())["RefusalsUncounted"] == [1.0]
