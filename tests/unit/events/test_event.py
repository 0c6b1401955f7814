"""The schema: every payload kind is read, and what does not fit it is not."""

import json
from typing import Any

import msgspec
import pytest

from shared.events.custom import CustomPayload
from shared.events.decoding import decode_events
from shared.events.event import Event, SourceModule
from shared.events.security import OtherThreat, Threat
from shared.events.telemetry import Inference
from tests.builders.events import LEAVES, NOON, as_body, custom_json, event, event_json, inference_json, payload_json


def rejection_of(item: Any) -> tuple[str, str]:
    decoded = decode_events(as_body(item), ndjson=False, received_at=NOON)
    assert decoded.events == []
    return decoded.rejections[0].code, decoded.rejections[0].message


@pytest.mark.parametrize(("kind", "leaf"), LEAVES)
def test_every_payload_is_read_and_written_as_it_came(kind: str, leaf: str) -> None:
    sent = event_json(payload=payload_json(kind, leaf))

    read = event(**sent)

    assert {**sent, "payload": None} == {**json.loads(msgspec.json.encode(read)), "payload": None}
    assert json.loads(msgspec.json.encode(read))["payload"] == sent["payload"]


@pytest.mark.parametrize(("kind", "leaf"), LEAVES)
def test_a_field_that_is_missing_is_named(kind: str, leaf: str) -> None:
    payload = payload_json(kind, leaf)
    required = next(iter(name for name in payload["data"] if name != f"{kind}_type"))
    del payload["data"][required]

    code, message = rejection_of(event_json(payload=payload))

    assert code == "invalid_event"
    assert f"`{required}`" in message
    assert "`$.payload.data`" in message


def test_custom_payload_carries_any_json() -> None:
    read = event(payload=custom_json({"stars": [1, 2.5, None, "ü\n"]}))

    assert isinstance(read.payload, CustomPayload)
    assert json.loads(bytes(read.payload.data)) == {"stars": [1, 2.5, None, "ü\n"]}


def test_custom_json_is_carried_on_one_line() -> None:
    pretty = json.dumps(event_json(payload=custom_json({"a": [1, 2]})), indent=2).encode()

    read = decode_events(pretty, ndjson=False, received_at=NOON).events[0]

    assert b"\n" not in msgspec.json.encode(read)


def test_unknown_fields_are_not_carried() -> None:
    read = event(**inference_json(prompt="Tell me a secret"), extra={"secret": 1})

    assert b"secret" not in msgspec.json.encode(read)


@pytest.mark.parametrize("spelling", ["llm-costops", "llm-cost-ops"])
def test_both_spellings_of_cost_ops_are_one_module(spelling: str) -> None:
    assert event(source_module=spelling).source_module is SourceModule.COST_OPS


def test_an_unnamed_threat_says_its_own_name() -> None:
    read = event(payload=payload_json("security", "threat", threat_type={"other": "jailbreak"}))

    assert isinstance(read.payload.data, Threat)
    assert read.payload.data.threat_type == OtherThreat("jailbreak")


def test_what_only_the_hub_computes_is_taken_from_no_client() -> None:
    read = event(**inference_json(computed_cost_usd=0.0, price_version="mine"))

    assert isinstance(read.payload.data, Inference)
    assert read.payload.data.computed_cost_usd is None
    assert read.payload.data.price_version is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("latency_ms", "12.5"),
        ("latency_ms", True),
        ("latency_ms", -0.1),
        ("latency_ms", 1e30),
        ("input_tokens", "100"),
        ("input_tokens", 3.0),
        ("input_tokens", True),
        ("input_tokens", -1),
        ("input_tokens", 2**40),
        ("streaming", 1),
        ("operation", "sing"),
        ("model_id", ""),
        ("model_id", "m" * 257),
        ("model_id", None),
        ("reported_cost_usd", 300_000.0),
    ],
)
def test_a_value_of_the_wrong_kind_or_size_is_refused_by_its_path(field: str, value: Any) -> None:
    code, message = rejection_of(inference_json(**{field: value}))

    assert code == "invalid_event"
    assert f"`$.payload.data.{field}`" in message


@pytest.mark.parametrize(
    "tokens",
    [
        {"cached_input_tokens": 1001},
        {"cached_input_tokens": 600, "cache_write_tokens": 401},
        {"reasoning_tokens": 201},
    ],
)
def test_parts_of_the_tokens_are_never_more_than_all(tokens: dict[str, int]) -> None:
    assert rejection_of(inference_json(**tokens))[0] == "inconsistent_tokens"


def test_more_requests_cannot_fail_than_were_made() -> None:
    payload = payload_json("telemetry", "error_rate", failed_requests=1001)

    assert rejection_of(event_json(payload=payload))[0] == "inconsistent_requests"


@pytest.mark.parametrize(
    "changes",
    [
        {"environment": "prod\x00"},
        {"environment": "prod\x7f"},
        {"tags": {"team": "a\nb"}},
        inference_json(model_id="gpt\x1b[31m"),
        inference_json(provider="open\x85ai"),
        inference_json(team="a\tb"),
    ],
)
def test_control_characters_in_a_dimension_are_refused(changes: dict[str, Any]) -> None:
    assert rejection_of(event_json(**changes))[0] == "control_character"


@pytest.mark.parametrize(
    "changes",
    [
        {"tags": {f"t{number}": "v" for number in range(65)}},
        {"tags": {"t" * 129: "v"}},
        {"tags": {"t": 1}},
        {"payload": payload_json("security", "vulnerability", description="d" * 8193)},
        {"payload": payload_json("telemetry", "model_performance", custom_metrics={"not a name": 1.0})},
        {"payload": {"payload_type": "telemetry", "data": {"telemetry_type": "threat"}}},
        {"payload": {"payload_type": "rumour", "data": {}}},
        {"severity": "fatal"},
    ],
)
def test_what_is_too_much_or_unknown_is_refused(changes: dict[str, Any]) -> None:
    assert rejection_of(event_json(**changes))[0] == "invalid_event"


def test_events_default_to_no_tags_of_their_own() -> None:
    first, second = event(), event()

    first.tags["team"] = "search"

    assert second.tags == {}
    assert isinstance(first, Event)
