"""Laws of the foreign formats: whatever is sent, every item is told of, and nothing but a refusal is raised."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from functions.ingestion.cloudevents import decode_cloudevents
from functions.ingestion.langfuse import decode_scores
from functions.ingestion.litellm.decoding import decode_litellm
from shared.errors import RejectedRequestError
from shared.events.decoding import DecodedEvents
from tests.builders.events import NOON

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
SECONDS = st.floats(NOON.timestamp() - 3600, NOON.timestamp())
TIME = st.just("2026-11-22T12:00:00Z") | ODD

CLOUDEVENT = st.fixed_dictionaries(
    {
        "specversion": st.just("1.0") | ODD,
        "id": st.text() | ODD,
        "source": st.just("/gw"),
        "type": st.text(),
        "time": TIME,
    },
    optional={
        "data": ODD,
        "data_base64": ODD,
        "severity": ODD,
        "traceparent": ODD,
        "sourcemodule": ODD,
        "subject": ODD,
    },
)
LITELLM = st.fixed_dictionaries(
    {"litellm_call_id": st.text() | ODD, "startTime": SECONDS | ODD, "endTime": SECONDS | ODD},
    optional={
        "model": ODD,
        "prompt_tokens": st.integers(-5, 2**64) | ODD,
        "completion_tokens": ODD,
        "response_cost": ODD,
        "status": st.sampled_from(["success", "failure"]) | ODD,
        "call_type": ODD,
        "cache_hit": ODD,
        "metadata": ODD | st.fixed_dictionaries({"usage_object": ODD}),
        "guardrail_information": ODD
        | st.lists(
            st.fixed_dictionaries(
                {"guardrail_status": st.sampled_from(["blocked", "success"])},
                optional={"violation_categories": ODD, "masked_entity_count": ODD, "risk_score": ODD},
            ),
            max_size=2,
        ),
        "response": ODD,
        "trace_id": ODD,
    },
)
SCORE = st.fixed_dictionaries(
    {"name": st.text() | ODD, "value": st.floats(-1, 2) | ODD},
    optional={"id": ODD, "dataType": st.sampled_from(["BOOLEAN", "TEXT"]) | ODD, "timestamp": TIME, "metadata": ODD},
)
FORMATS = {
    "cloudevents": (CLOUDEVENT, "application/cloudevents-batch+json", decode_cloudevents),
    "litellm": (LITELLM, "application/json", decode_litellm),
    "langfuse": (SCORE, "application/json", decode_scores),
}
QUICK = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def decoded(name: str, body: bytes) -> DecodedEvents:
    _, content_type, decode = FORMATS[name]
    found: DecodedEvents = decode({"content-type": content_type}, body, NOON)
    return found


def told_of(name: str, items: list[Any]) -> None:
    """Each item alone makes events or is refused, and together they make the same."""
    alone = [decoded(name, json.dumps([item]).encode()) for item in items]
    together = decoded(name, json.dumps(items).encode())

    assert all(found.events or found.rejections for found in alone)
    assert together.events == [event for found in alone for event in found.events]
    assert [(each.index, each.code) for each in together.rejections] == [
        (place, each.code) for place, found in enumerate(alone) for each in found.rejections
    ]


@QUICK
@given(items=st.lists(CLOUDEVENT | ODD, min_size=1, max_size=4))
def test_every_cloudevent_is_told_of_by_its_place(items: list[Any]) -> None:
    told_of("cloudevents", items)


@QUICK
@given(items=st.lists(LITELLM | ODD, min_size=1, max_size=4))
def test_every_log_of_litellm_is_told_of_by_its_place(items: list[Any]) -> None:
    told_of("litellm", items)


@QUICK
@given(items=st.lists(SCORE | ODD, min_size=1, max_size=4))
def test_every_score_is_told_of_by_its_place(items: list[Any]) -> None:
    told_of("langfuse", items)


@QUICK
@given(name=st.sampled_from(sorted(FORMATS)), body=st.binary(max_size=60) | st.text('[]{}",:0aN\\\n').map(str.encode))
def test_bytes_of_any_kind_are_told_of_or_refused_whole(name: str, body: bytes) -> None:
    with suppress(RejectedRequestError):
        found = decoded(name, body)
        assert found.events or found.rejections or name == "cloudevents"
