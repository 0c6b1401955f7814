"""Data points that no span tells become observations; nothing is counted from both."""

from collections.abc import Mapping
from typing import Any

import pytest

from functions.ingestion.otlp.decoding import decode_logs, decode_metrics
from shared.errors import RejectedRequestError
from shared.events.decoding import DecodedEvents
from shared.events.governance import ComplianceCheck
from shared.events.telemetry import ModelPerformance, Share
from shared.measures.observations import observe
from tests.builders.events import NOON
from tests.builders.otlp import ENCODINGS, SECRET, SPAN, START, TRACE, attributes, encoded, logs, metrics

POINT = {
    "startTimeUnixNano": str(START - 10**9),
    "timeUnixNano": str(START),
    "attributes": attributes({"gen_ai.request.model": "gpt-4o", "user.id": "u-1", "url.full": "https://x/1"}),
}
DELTA = {"aggregationTemporality": 1}


@pytest.fixture(params=ENCODINGS)
def encoding(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def decoded(*each: Mapping[str, Any], encoding: str = "application/json") -> DecodedEvents:
    return decode_metrics({"content-type": encoding}, encoded(metrics(*each), encoding), NOON)


def performances(found: DecodedEvents) -> list[ModelPerformance]:
    assert found.rejections == []
    return [event.payload.data for event in found.events if isinstance(event.payload.data, ModelPerformance)]


def gauge(name: str = "gen_ai.server.queue_size", **point: Any) -> dict[str, Any]:
    return {"name": name, "gauge": {"dataPoints": [{**POINT, "asDouble": 3.5, **point}]}}


def histogram(**point: Any) -> dict[str, Any]:
    return {"name": "gen_ai.server.request.duration", "histogram": {**DELTA, "dataPoints": [{**POINT, **point}]}}


def test_a_gauge_is_one_observation_of_its_model(encoding: str) -> None:
    (told,) = performances(decoded(gauge(), encoding=encoding))

    assert (told.model_id, told.custom_metrics) == ("gpt-4o", {"gen_ai.server.queue_size": 3.5})


def test_labels_of_high_cardinality_are_dropped_by_rule() -> None:
    (event,) = decoded(gauge()).events

    assert event.tags == {"service": "shop", "team": "search"}


@pytest.mark.parametrize(
    "name", ["gen_ai.client.token.usage", "gen_ai.client.operation.duration", "gen_ai.client.inference.usage.input_tokens", "process.cpu.time"]
)  # fmt: skip
def test_what_spans_tell_and_what_is_no_model_s_is_left_out(name: str) -> None:
    assert decoded(gauge(name)) == DecodedEvents([], [], [])


def test_a_delta_is_counted_and_a_cumulative_sum_is_refused_with_the_setting_that_helps() -> None:
    data = {"isMonotonic": True, "dataPoints": [{**POINT, "asInt": "7"}]}
    sums = [{"name": "vllm:tokens", "sum": {**data, "aggregationTemporality": kind}} for kind in (1, 2)]

    found = decoded(*sums)

    assert found.events[0].payload.data.custom_metrics == {"vllm_tokens": 7}  # type: ignore[union-attr]
    assert [(each.index, each.code) for each in found.rejections] == [(1, "cumulative_temporality")]
    assert "DELTA" in found.rejections[0].message.upper()


def test_a_histogram_is_as_many_observations_as_it_has_seen(encoding: str) -> None:
    found = decoded(histogram(count="250", explicitBounds=[1, 3], bucketCounts=["0", "249", "1"]), encoding=encoding)

    observations = observe(found.events, ["acme"] * len(found.events))
    place = observations.measures.index("custom.gen_ai.server.request.duration")
    values = sorted(observations.value[observations.measure == place].tolist())
    assert values == [2_000_000] * 249 + [3_000_000]
    assert len({event.event_id for event in found.events}) == 3


def test_an_exponential_histogram_is_told_by_the_middles_of_its_buckets(encoding: str) -> None:
    point = {**POINT, "count": "4", "scale": 0, "zeroCount": "1", "positive": {"offset": 0, "bucketCounts": ["2", "1"]}}
    metric = {"name": "gen_ai.server.time_to_first_token", "exponentialHistogram": {**DELTA, "dataPoints": [point]}}

    (told,) = performances(decoded(metric, encoding=encoding))

    (spread,) = told.spreads.values()
    assert spread == [Share(0.0, 1), Share(2**0.5, 2), Share(2**1.5, 1)]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (histogram(count="3", explicitBounds=[1, 3], bucketCounts=["3"]), "invalid_histogram"),
        (histogram(count="3", explicitBounds=[3, 1], bucketCounts=["1", "1", "1"]), "invalid_histogram"),
        (histogram(count=str(2**63), explicitBounds=[1], bucketCounts=[str(2**63), "0"]), "too_many_observations"),
        (gauge(asDouble=-1.0), "invalid_event"),
        (gauge(asDouble="NaN"), "invalid_event"),
        (gauge(timeUnixNano="0"), "timestamp_too_old"),
        (gauge(attributes=attributes({f"a.{number}": "x" for number in range(2_000)})), "too_many_attributes"),
    ],
)
def test_a_bad_point_has_its_own_answer_and_harms_no_other(encoding: str, bad: Mapping[str, Any], code: str) -> None:
    found = decoded(gauge(), bad, encoding=encoding)

    assert [(each.index, each.code) for each in found.rejections] == [(1, code)]
    assert len(found.events) == 1


@pytest.mark.parametrize("body", [b"\x0a\xff\xff", b"{", b"\xff", b'{"resourceMetrics": 7}'])
def test_a_body_that_cannot_be_read_is_refused(encoding: str, body: bytes) -> None:
    for decode in (decode_metrics, decode_logs):
        if encoding == "application/json" or body[:1] != b"{":
            with pytest.raises(RejectedRequestError):
                decode(
                    {"content-type": encoding},
                    body.replace(b"Metrics", b"Logs") if decode is decode_logs else body,
                    NOON,
                )


def recorded(*each: Mapping[str, Any], encoding: str) -> DecodedEvents:
    return decode_logs({"content-type": encoding}, encoded(logs(*each), encoding), NOON)


def record(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "timeUnixNano": str(START),
        "traceId": TRACE,
        "spanId": SPAN,
        "body": {"stringValue": SECRET},
        "attributes": attributes(told),
    }


def test_the_result_of_an_evaluation_is_kept_beside_its_call(encoding: str) -> None:
    told = {
        "gen_ai.evaluation.name": "quality",
        "gen_ai.evaluation.score.value": 0.5,
        "gen_ai.evaluation.explanation": SECRET,
    }

    found = recorded(record(told), encoding=encoding)

    (event,) = found.events
    assert event.parent_event_id == "a3ce929d-0e0e-4736-00f0-67aa0ba902b7"
    assert event.correlation_id == "4bf92f35-77b3-4da6-a3ce-929d0e0e4736"
    (told_of,) = performances(found)
    assert told_of.quality_score == 0.5


def test_a_verdict_is_a_check_and_a_message_is_left_out(encoding: str) -> None:
    found = recorded(
        record({"event.name": "gen_ai.user.message", "content": SECRET}),
        record({"gen_ai.guardrail.verdict.type": "allow"}),
        encoding=encoding,
    )

    assert [type(event.payload.data) for event in found.events] == [ComplianceCheck]
    assert found.items() == [1]
