"""CloudEvents in all three modes: every kind of event, one identity, and an answer of its own for each fault."""

import doctest
import json
from base64 import b64encode
from typing import Any

import pytest

from functions.ingestion import foreign
from functions.ingestion.cloudevents import decode_cloudevents, is_cloudevent
from shared.errors import RejectedRequestError
from shared.events.custom import CustomPayload
from shared.events.decoding import DecodedEvents
from shared.events.event import Event
from tests.builders.events import KINDS, LEAVES, NOON, event_json, payload_json

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


def cloudevent(**changes: Any) -> dict[str, Any]:
    told = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "/gateways/eu",
        "type": "com.example.telemetry.inference.v1",
        "time": "2026-11-22T12:00:00Z",
        "datacontenttype": "application/json",
        "data": payload_json("telemetry", "inference")["data"],
        **changes,
    }
    return {name: value for name, value in told.items() if value is not None}


def decoded(body: object, content_type: str = STRUCTURED, **headers: str) -> DecodedEvents:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return decode_cloudevents({"content-type": content_type, **named}, sent, NOON)


def only(found: DecodedEvents) -> Event:
    assert found.rejections == []
    (event,) = found.events
    return event


def refusal(found: DecodedEvents) -> tuple[str, str]:
    (rejection,) = found.rejections
    assert found.events == []
    return rejection.code, rejection.message


@pytest.mark.parametrize(("kind", "leaf"), LEAVES)
def test_every_kind_is_told_by_the_end_of_the_type(kind: str, leaf: str) -> None:
    event = only(decoded(cloudevent(type=f"com.example.{kind}.{leaf}.v1", data=KINDS[kind][leaf])))

    assert type(event.payload.data).__name__.lower() == leaf.replace("_", "")
    assert event.event_type == kind


@pytest.mark.parametrize(("kind", "leaf"), LEAVES)
def test_every_kind_may_come_as_a_payload_whatever_the_type_says(kind: str, leaf: str) -> None:
    payload = payload_json(kind, leaf)

    whole = only(decoded(cloudevent(type="com.example.something", data=payload)))
    inner = only(decoded(cloudevent(type="com.example.something", data=payload["data"])))

    assert whole == inner
    assert type(whole.payload.data).__name__.lower() == leaf.replace("_", "")


def test_an_event_of_the_hub_keeps_its_envelope_but_is_known_by_source_and_id() -> None:
    native = event_json(environment="staging", severity="error", tags={"team": "search"})

    event = only(decoded(cloudevent(data=native, time="2026-11-22T12:01:00Z")))

    assert (event.environment, event.severity, event.tags["team"]) == ("staging", "error", "search")
    assert event.timestamp == "2026-11-22T12:00:00.000000Z"
    assert event.event_id != native["event_id"]


def test_source_and_id_are_the_identity_and_nothing_else_is() -> None:
    first = only(decoded(cloudevent()))
    again = only(decoded(cloudevent(type="com.example.other", subject="gpt-4o")))
    others = [only(decoded(cloudevent(**change))) for change in ({"id": "e-2"}, {"source": "/gateways/us"})]

    assert first.event_id == again.event_id
    assert len({first.event_id, *(other.event_id for other in others)}) == 3


@pytest.mark.parametrize("content_type", [STRUCTURED, "Application/CloudEvents+JSON; charset=utf-8"])
def test_media_types_are_compared_without_parameters(content_type: str) -> None:
    assert only(decoded(cloudevent(), content_type)) == only(decoded(cloudevent()))
    assert is_cloudevent({"content-type": content_type})


def test_binary_mode_says_the_same_as_structured_mode() -> None:
    structured = only(decoded(cloudevent(subject="für alle")))

    binary = only(
        decoded(
            cloudevent()["data"],
            "application/json; charset=utf-8",
            ce_specversion="1.0",
            ce_id="e-1",
            ce_source="/gateways/eu",
            ce_type="com.example.telemetry.inference.v1",
            ce_time="2026-11-22T12:00:00Z",
            ce_subject="f%C3%BCr alle",
        )
    )

    assert binary == structured


def test_a_batch_is_judged_item_by_item_and_may_be_empty() -> None:
    found = decoded([cloudevent(), 7, cloudevent(id="e-2"), cloudevent(id="")], BATCH)

    assert len(found.events) == 2
    assert [(rejection.index, rejection.code) for rejection in found.rejections] == [
        (1, "invalid_event"),
        (3, "invalid_cloudevent"),
    ]
    assert decoded([], BATCH) == DecodedEvents([], [])


def test_what_the_hub_has_no_kind_for_is_a_custom_event_of_that_type() -> None:
    event = only(decoded(cloudevent(type="com.example.audit.deployed", data={"version": [1, 2]})))

    assert isinstance(event.payload, CustomPayload)
    assert (event.payload.custom_type, bytes(event.payload.data)) == (
        "com.example.audit.deployed",
        b'{"version":[1,2]}',
    )
    assert event.event_type == "audit"


def test_data_may_be_base64_of_json() -> None:
    data = b64encode(json.dumps(cloudevent()["data"]).encode()).decode()

    assert only(decoded(cloudevent(data=None, data_base64=data))) == only(decoded(cloudevent()))


def test_attributes_say_who_where_and_in_which_trace() -> None:
    event = only(
        decoded(
            cloudevent(
                source="urn:llm-sentinel:eu",
                environment="production",
                severity="critical",
                traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                team="search",
                partitionkey="p-7",
            )
        )
    )

    assert (event.source_module, event.environment, event.severity) == ("llm-sentinel", "production", "critical")
    assert event.correlation_id == "4bf92f35-77b3-4da6-a3ce-929d0e0e4736"
    assert event.tags == {
        "ce_source": "urn:llm-sentinel:eu",
        "ce_type": "com.example.telemetry.inference.v1",
        "team": "search",
        "partitionkey": "p-7",
    }


@pytest.mark.parametrize(
    ("body", "code", "names"),
    [
        (cloudevent(specversion="0.3"), "unsupported_specversion", "specversion"),
        (cloudevent(specversion=None), "unsupported_specversion", "specversion"),
        (cloudevent(source=None), "invalid_cloudevent", "source"),
        (cloudevent(id=7), "invalid_cloudevent", "id"),
        (cloudevent(type=""), "invalid_cloudevent", "type"),
        (cloudevent(time=None), "missing_time", "time"),
        (cloudevent(time="yesterday"), "invalid_timestamp", "timestamp"),
        (cloudevent(time="2027-11-22T12:00:00Z"), "timestamp_in_future", "timestamp"),
        (cloudevent(severity="fatal"), "invalid_event", "severity"),
        (cloudevent(data_base64="%%"), "invalid_cloudevent", "data_base64"),
        (cloudevent(data_base64="AA==", datacontenttype="image/png"), "unsupported_data", "data_base64"),
        (cloudevent(data={"telemetry_type": "inference"}), "invalid_event", "payload.data"),
        (b"{", "invalid_json", "JSON"),
        (b'{"id": NaN}', "invalid_json", "JSON"),
        (b"[" * 100_000, "nested_too_deep", "deep"),
        (b"[]", "invalid_event", "object"),
        (b'"' + b"x" * 600_000 + b'"', "event_too_large", "bytes"),
    ],
)
def test_each_fault_has_its_own_answer(body: object, code: str, names: str) -> None:
    said, message = refusal(decoded(body))

    assert said == code
    assert names in message


@pytest.mark.parametrize("content_type", ["application/cloudevents+avro", "application/octet-stream"])
def test_binary_data_that_is_neither_json_nor_text_is_refused(content_type: str) -> None:
    with pytest.raises(RejectedRequestError) as error:
        decoded(b"\x00", content_type, ce_specversion="1.0", ce_id="1", ce_source="s", ce_type="t")

    assert (error.value.status, error.value.code) == (415, "unsupported_media_type")


def test_a_batch_that_is_no_array_is_refused() -> None:
    with pytest.raises(RejectedRequestError) as error:
        decoded(cloudevent(), BATCH)

    assert (error.value.status, error.value.code) == (400, "invalid_batch")


def test_the_examples_of_the_foreign_formats_are_true() -> None:
    tested = doctest.testmod(foreign)

    assert tested.attempted
    assert not tested.failed
