"""What one event yields, as a test reads it: measure -> value in the measure's own unit."""

from typing import Any

import msgspec

from shared.events.event import Event
from shared.events.telemetry import Inference
from shared.measures.measure import measure_named
from shared.measures.observations import Cell, observe


def event(payload_type: str, data: dict[str, Any], **envelope: Any) -> Event:
    document = {
        "event_id": "0190d3f0-0000-4000-8000-000000000001",
        "timestamp": "2026-11-22T10:05:12.345678Z",
        "source_module": "llm-observatory",
        "event_type": "telemetry",
        "severity": "info",
        "environment": "production",
        "payload": {"payload_type": payload_type, "data": data},
    }
    return msgspec.json.decode(msgspec.json.encode(document | envelope), type=Event)


def inference(**fields: Any) -> Event:
    call = {
        "telemetry_type": "inference",
        "operation": "chat",
        "provider": "openai",
        "model_id": "gpt-4o",
        "request_id": "req-1",
        "latency_ms": 812.25,
        "input_tokens": 1000,
        "output_tokens": 200,
    }
    return event("telemetry", call | fields)


def call_of(observed: Event) -> Inference:
    leaf = observed.payload.data
    assert isinstance(leaf, Inference)
    return leaf


def yielded(observed: Event) -> dict[str, float]:
    observations = observe([observed], ["acme"])
    named = zip(observations.measure, observations.value, strict=True)
    values = {observations.measures[measure]: int(value) for measure, value in named}
    assert values.pop("events") == 1
    return {name: value / measure_named(name).scale for name, value in values.items()}


def cell(observed: Event) -> Cell:
    (only,) = observe([observed], ["acme"]).cells
    return only
