"""Langfuse's scores, one or an array of them, become the evaluations of a model, answered as Langfuse answers.

A score is known by its id. Comments and metadata are prose about an answer, and dropped.
https://api.reference.langfuse.com (POST /api/public/scores)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from functions.ingestion.findings import (
    Evaluation,
    GuardrailResult,
    Verdict,
    evaluation_event,
    guardrail_events,
    threat_type_of,
)
from functions.ingestion.foreign import (
    DEFAULT_ENVIRONMENT,
    admit_groups,
    correlation_of,
    event_id_of,
    media_type,
    named,
    parsed_object,
    section,
    unsupported_media_type,
)
from shared.errors import RejectedEventError, RejectedRequestError
from shared.events.decoding import DecodedEvents, Rejection
from shared.events.event import Event
from shared.events.framing import split_items
from shared.events.identifiers import id_of_content
from shared.events.security import ThreatType
from shared.events.timestamps import format_timestamp

_PROSE: Final = ("TEXT", "CORRECTION")
_TRUE: Final = ("true", "True", "1")
_FALSE: Final = ("false", "False", "0")


def decode_scores(headers: Mapping[str, str], body: bytes, received_at: datetime) -> DecodedEvents:
    """The events of all scores; the index of a rejection is the score's place."""
    if media_type(headers.get("content-type", "")) not in ("", "application/json", "text/json"):
        raise unsupported_media_type("application/json")
    items = split_items(body, ndjson=False)
    if items in ([], [b""]):
        raise RejectedRequestError(400, "empty_body", "The body holds no score")
    return admit_groups([_events(item, received_at) for item in items], received_at)


@dataclass(frozen=True, slots=True)
class ScoresAnswer:
    """What Langfuse's clients read: 202 if every score of an array was taken, 207 with counts if some were not; to one
    score that is no array, 200 with its id.
    """

    status: int
    content: Mapping[str, Any]


def scores_answer(body: bytes, accepted: int, rejected: Sequence[Rejection]) -> ScoresAnswer:
    """`accepted` counts events, of which a score may make two, so scores are counted by what was refused."""
    items = split_items(body, ndjson=False)
    if body.lstrip()[:1] != b"[" and accepted:
        return ScoresAnswer(200, {"id": _score_id(parsed_object(items[0]), items[0])})
    refused = {rejection.index: rejection.message for rejection in rejected}
    if not refused:
        return ScoresAnswer(202, {"message": "Accepted"})
    errors = [{"message": f"[{index}] {message}"} for index, message in sorted(refused.items())]
    return ScoresAnswer(207, {"accepted": len(items) - len(refused), "rejected": len(refused), "errors": errors})


def _events(item: bytes, received_at: datetime) -> list[Event | RejectedEventError]:
    try:
        told = parsed_object(item)
        evaluation = _evaluation(told)
    except RejectedEventError as error:
        return [error]
    envelope = _envelope(told, received_at)
    score_id = _score_id(told, item)
    found = evaluation_event(evaluation, envelope, "langfuse-score", score_id)
    return [found, *_threats(evaluation, told, envelope, score_id)]


def _score_id(told: Mapping[str, Any], item: bytes) -> str:
    return named(told.get("id")) or id_of_content(item)


def _evaluation(told: Mapping[str, Any]) -> Evaluation:
    name = named(told.get("name"))
    if name is None:
        raise RejectedEventError("invalid_score", "Expected a text that is not empty - at `$.name`")
    number, label = _value(told)
    return Evaluation(name, number, label, named(section(told, "metadata").get("model")))


def _value(told: Mapping[str, Any]) -> tuple[float | None, str | None]:
    """The number of a score that is one, or the category of one that has such."""
    value, kind = told.get("value"), told.get("dataType")
    if isinstance(value, int | float):
        return float(value), None
    if not isinstance(value, str):
        raise RejectedEventError("invalid_score", "Expected a number or a text - at `$.value`")
    if kind == "BOOLEAN":
        return _boolean(value), None
    if kind in (None, "NUMERIC"):
        raise RejectedEventError("invalid_score", "Expected a number, or the dataType of a text - at `$.value`")
    return None, None if kind in _PROSE else named(value)


def _boolean(value: str) -> float:
    if value not in (*_TRUE, *_FALSE):
        raise RejectedEventError("invalid_score", "Expected 0 or 1 - at `$.value`")
    return float(value in _TRUE)


def _envelope(told: Mapping[str, Any], received_at: datetime) -> dict[str, Any]:
    """Langfuse takes a score without a time for one of now; its clients always tell one."""
    tags = {"langfuse_session": named(told.get("sessionId")), "langfuse_observation": named(told.get("observationId"))}
    trace = named(told.get("traceId"))
    return {
        "timestamp": told.get("timestamp") or format_timestamp(received_at),
        "environment": named(told.get("environment")) or DEFAULT_ENVIRONMENT,
        "tags": {name: value for name, value in tags.items() if value},
        **({"correlation_id": correlation_of(trace) or event_id_of("langfuse-trace", trace)} if trace else {}),
    }


def _threats(
    evaluation: Evaluation, told: Mapping[str, Any], envelope: Mapping[str, Any], score_id: str
) -> list[Event | RejectedEventError]:
    """A yes to a question that bears the name of a threat, such as `prompt_injection` or `pii`, has found one."""
    kind = threat_type_of(evaluation.name)
    is_threat = isinstance(kind, ThreatType) or kind == {"other": "sensitive_information"}
    if not is_threat or told.get("dataType") != "BOOLEAN" or evaluation.value != 1:
        return []
    found = GuardrailResult(evaluation.name, Verdict.WARN, (evaluation.name,), target=evaluation.model or "llm")
    return guardrail_events(found, envelope, "langfuse-score", score_id)
