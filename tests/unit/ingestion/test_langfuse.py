"""Langfuse's scores, and the answers that its clients read."""

import doctest
import json
from typing import Any

import msgspec
import pytest

from functions.ingestion import findings
from functions.ingestion.langfuse import decode_scores, scores_answer
from shared.errors import RejectedRequestError
from shared.events.custom import CustomPayload
from shared.events.decoding import DecodedEvents
from shared.events.event import Event
from shared.events.security import Threat
from shared.events.telemetry import ModelPerformance
from tests.builders.events import NOON


def score(**changes: Any) -> dict[str, Any]:
    told = {
        "id": "s-1",
        "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
        "observationId": "00f067aa0ba902b7",
        "name": "helpfulness",
        "value": 0.75,
        "comment": "he said his name is Ada",
        "environment": "production",
        "timestamp": "2026-11-22T11:59:00.000Z",
        **changes,
    }
    return {name: value for name, value in told.items() if value is not None}


def decoded(*items: object) -> DecodedEvents:
    return decode_scores({"content-type": "application/json"}, json.dumps(items).encode(), NOON)


def only(found: DecodedEvents) -> Event:
    assert found.rejections == []
    (event,) = found.events
    return event


def test_a_score_is_the_performance_of_a_model_in_a_trace() -> None:
    event = only(decoded(score(metadata={"model": "gpt-4o"})))

    assert event.payload.data == ModelPerformance(model_id="gpt-4o", custom_metrics={"helpfulness": 0.75})
    assert event.correlation_id == "4bf92f35-77b3-4da6-a3ce-929d0e0e4736"
    assert event.environment == "production"
    assert b"Ada" not in msgspec.json.encode(event)


@pytest.mark.parametrize(
    ("name", "field"), [("accuracy", "accuracy"), ("Quality", "quality_score"), ("user-feedback", "user_satisfaction")]
)
def test_scores_that_the_hub_has_a_measure_for_are_of_that_measure(name: str, field: str) -> None:
    assert getattr(only(decoded(score(name=name))).payload.data, field) == 0.75


def test_a_score_sent_again_is_the_same_event_even_without_an_id() -> None:
    for sent in (score(), score(id=None)):
        assert only(decoded(sent)).event_id == only(decoded(sent)).event_id
    assert only(decoded(score(id="s-2"))).event_id != only(decoded(score())).event_id


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"value": "neutral", "dataType": "CATEGORICAL"}, {"name": "helpfulness", "label": "neutral"}),
        ({"value": "he is Ada", "dataType": "TEXT"}, {"name": "helpfulness"}),
        ({"value": -0.5}, {"name": "helpfulness", "value": -0.5}),
    ],
)
def test_what_is_no_number_to_measure_is_kept_by_its_label(change: dict[str, Any], told: dict[str, Any]) -> None:
    payload = only(decoded(score(**change))).payload

    assert isinstance(payload, CustomPayload)
    assert json.loads(bytes(payload.data)) == told


@pytest.mark.parametrize(("value", "threats"), [(1, 1), (0, 0), ("True", 1)])
def test_a_yes_to_a_threat_is_a_threat(value: object, threats: int) -> None:
    events = decoded(score(name="prompt_injection", value=value, dataType="BOOLEAN")).events

    assert sum(isinstance(event.payload.data, Threat) for event in events) == threats


def test_a_score_without_a_time_is_of_now() -> None:
    assert only(decoded(score(timestamp=None))).timestamp == "2026-11-22T12:00:00.000000Z"


@pytest.mark.parametrize(
    ("item", "code", "names"),
    [
        (score(name=""), "invalid_score", "name"),
        (score(value=None), "invalid_score", "value"),
        (score(value="good"), "invalid_score", "dataType"),
        (score(value="perhaps", dataType="BOOLEAN"), "invalid_score", "0 or 1"),
        (score(timestamp="now"), "invalid_timestamp", "timestamp"),
        ("good", "invalid_event", "object"),
    ],
)
def test_each_fault_has_its_own_answer_and_harms_no_other(item: object, code: str, names: str) -> None:
    found = decoded(score(), item, score(id="s-3"))

    (rejection,) = found.rejections
    assert (rejection.index, rejection.code) == (1, code)
    assert names in rejection.message
    assert len(found.events) == 2


def test_answers_are_those_that_the_clients_of_langfuse_read() -> None:
    def answered(sent: object) -> tuple[int, dict[str, Any]]:
        body = json.dumps(sent).encode()
        found = decode_scores({}, body, NOON)
        answer = scores_answer(body, len(found.events), found.rejections)
        return answer.status, dict(answer.content)

    assert answered(score()) == (200, {"id": "s-1"})
    assert answered([score(), score(id="s-2")]) == (202, {"message": "Accepted"})
    assert answered([score(), 7]) == (
        207,
        {"accepted": 1, "rejected": 1, "errors": [{"message": "[1] Expected an object"}]},
    )


@pytest.mark.parametrize(("content_type", "body", "status"), [("text/xml", b"{}", 415), ("application/json", b"", 400)])
def test_a_request_that_holds_nothing_is_refused(content_type: str, body: bytes, status: int) -> None:
    with pytest.raises(RejectedRequestError) as error:
        decode_scores({"content-type": content_type}, body, NOON)

    assert error.value.status == status


def test_the_examples_of_findings_are_true() -> None:
    tested = doctest.testmod(findings)

    assert tested.attempted
    assert not tested.failed
