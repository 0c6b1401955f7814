"""The published JSON Schema says of an event what the decoder says."""

import json
from typing import Any

import jsonschema
import pytest

from shared.events.decoding import decode_events
from shared.events.schema import PUBLISHED, event_schema, published_text
from tests.builders.events import LEAVES, NOON, as_body, custom_json, event_json, inference_json, payload_json

SCHEMA = jsonschema.Draft202012Validator(event_schema())


def test_the_published_schema_is_current() -> None:
    assert PUBLISHED.read_text() == published_text(), "run `python -m shared.events.schema`"


@pytest.mark.parametrize(("kind", "leaf"), LEAVES)
def test_every_payload_is_valid_by_the_schema(kind: str, leaf: str) -> None:
    SCHEMA.validate(event_json(payload=payload_json(kind, leaf)))


@pytest.mark.parametrize(
    "item",
    [
        event_json(payload=custom_json([1, "two", None])),
        inference_json(latency_ms="12.5"),
        inference_json(input_tokens=-1),
        inference_json(operation="sing"),
        event_json(severity="fatal"),
        event_json(payload={"payload_type": "rumour", "data": {}}),
        event_json(payload=payload_json("security", "threat", threat_type={"other": "jailbreak"})),
        event_json(payload=payload_json("security", "threat", threat_type={"else": "jailbreak"})),
    ],
)
def test_schema_and_decoder_agree(item: Any) -> None:
    accepted = not decode_events(as_body(item), ndjson=False, received_at=NOON).rejections

    assert SCHEMA.is_valid(json.loads(json.dumps(item))) == accepted


def test_what_the_hub_computes_is_read_only() -> None:
    computed = event_schema()["$defs"]["Inference"]["properties"]

    assert {name for name, field in computed.items() if field.get("readOnly")} == {"computed_cost_usd", "price_version"}
