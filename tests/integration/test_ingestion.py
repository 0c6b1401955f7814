"""The real handler on Kinesis (moto), called as API Gateway calls it."""

import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3
import jsonschema
import pytest
from moto import mock_aws

from functions.query import openapi
from shared.adapters.json_api import JsonApi
from shared.adapters.negotiated_prices import negotiated_prices
from shared.events.telemetry import Inference
from shared.events.timestamps import format_timestamp
from shared.measures.negotiated import NegotiatedPrice
from shared.observability.metrics import MetricName
from shared.packs.compression import zstd
from shared.packs.pack import Pack, decode_record
from tests.builders import otlp
from tests.builders.api import posted
from tests.builders.aws import create_table
from tests.builders.events import as_body, event_json, payload_json
from tests.builders.stream_contents import stream_contents
from tests.fakes.aws_connection import BrokenConnection, MotoConnection
from tests.fakes.kinesis_api import ThrottlingKinesis

MODULE = "functions.ingestion.handler"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "eu-west-1",
    "POWERTOOLS_SERVICE_NAME": "ingestion",
    "POWERTOOLS_METRICS_NAMESPACE": "LLMAnalyticsHub",
    "EVENT_STREAM": "events",
    "PRICE_TABLE": "prices",
    "REFUSAL_TABLE": "refusals",
    "KEEP_CONTENT": "false",
    "PARTITIONS": "4",
    "ALLOWED_LATENESS_SECONDS": "86400",
    "MAX_BODY_BYTES": "4194304",
    "MAX_INFLATED_BYTES": "33554432",
}
CONTEXT = SimpleNamespace(
    function_name="ingestion",
    function_version="1",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:ingestion",
    aws_request_id="request-1",
)


@dataclass
class Deployed:
    handler: Any
    kinesis: Any

    def post(self, body: bytes, path: str = "/v1/events", **headers: str) -> tuple[int, dict[str, Any]]:
        response = self.handler(posted(body, principal=None, **headers) | {"resource": path}, CONTEXT)
        return response["statusCode"], json.loads(response["body"])

    def packs(self) -> list[Pack]:
        records = stream_contents(self.kinesis, "events")
        return [pack for pack in (decode_record(record.data) for record in records) if isinstance(pack, Pack)]


def imported() -> Any:
    sys.modules.pop(MODULE, None)
    return import_module(MODULE).handler


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("shared.adapters.json_api.HTTPSConnection", MotoConnection)
    with mock_aws():
        kinesis = boto3.client("kinesis", region_name="eu-west-1")
        kinesis.create_stream(StreamName="events", ShardCount=2)
        for table in ("prices", "refusals"):
            create_table(boto3.client("dynamodb", region_name="eu-west-1"), table)
        yield Deployed(imported(), kinesis)
    sys.modules.pop(MODULE, None)


def event_now(**changes: Any) -> dict[str, Any]:
    return event_json(timestamp=format_timestamp(datetime.now(UTC)), **changes)


def test_accepted_events_are_in_the_stream_priced_and_stamped(deployed: Deployed) -> None:
    sent = [event_now() for _ in range(50)]

    status, body = deployed.post(gzip.compress(as_body(*sent)), content_encoding="gzip")

    events = [event for pack in deployed.packs() for event in pack.events]
    assert (status, body) == (202, {"accepted": 50, "rejected": []})
    assert {event.event_id for event in events} == {item["event_id"] for item in sent}
    assert {pack.header.tenant for pack in deployed.packs()} == {"acme"}
    assert all(isinstance(event.payload.data, Inference) and event.payload.data.computed_cost_usd for event in events)


def test_what_is_rejected_is_not_in_the_stream(deployed: Deployed) -> None:
    status, body = deployed.post(as_body(event_now(), {"broken": True}, event_now(schema_version="2.0.0")))

    assert (status, body["accepted"]) == (202, 1)
    assert [item["code"] for item in body["rejected"]] == ["invalid_event", "unsupported_schema_version"]
    assert sum(len(pack.events) for pack in deployed.packs()) == 1


def test_each_request_is_counted(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    deployed.post(as_body(event_now(), event_now(), {}))
    deployed.post(b"")

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    counted = {name: value for line in lines for name, value in line.items() if name in set(MetricName)}
    assert counted.pop(MetricName.EVENT_PUBLISH_DURATION) > [0.0]
    assert counted == {
        MetricName.EVENTS_RECEIVED: [3.0],
        MetricName.EVENTS_PUBLISHED: [2.0],
        MetricName.EVENTS_REJECTED: [1.0],
        MetricName.REQUESTS_REFUSED: [1.0],
    }


def test_a_stream_out_of_reach_is_answered_503(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.adapters.json_api.HTTPSConnection", BrokenConnection)
    monkeypatch.setattr("time.sleep", lambda _: None)
    deployed.handler = imported()

    response = deployed.handler(posted(as_body(event_now(payload=payload_json("security", "threat")))), CONTEXT)

    assert response["statusCode"] == 503
    assert response["headers"]["Retry-After"] == "1"
    assert json.loads(response["body"])["unaccepted"] == [0]


def test_what_a_throttled_stream_left_out_is_told_and_may_be_sent_alone(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    items = [event_now() for _ in range(40)]
    monkeypatch.setattr("time.sleep", lambda _: None)
    with monkeypatch.context() as throttled:
        throttled.setattr(JsonApi, "of", of_a_throttled_stream(JsonApi.of))
        deployed.handler = imported()
    status, told = deployed.post(as_body(*items))
    deployed.handler = imported()

    again, completed = deployed.post(as_body(*(items[index] for index in told["unaccepted"])))

    jsonschema.validate(told, openapi_schema("UnacceptedAnswer"))
    assert (status, again) == (429, 202)
    assert told["accepted"] + completed["accepted"] == 40
    assert sum(len(pack.events) for pack in deployed.packs()) == 40
    assert f'"{MetricName.EVENTS_PUBLISHED}":[{told["accepted"]}.0]' in capsys.readouterr().out


def of_a_throttled_stream(of: Any) -> Any:
    return lambda service, **said: ThrottlingKinesis(of(service), "2") if service == "kinesis" else of(service, **said)


def openapi_schema(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}", "components": openapi.document()["components"]}


def test_a_function_that_is_not_told_its_stream_does_not_start(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EVENT_STREAM")
    del deployed

    with pytest.raises(ValueError, match="EVENT_STREAM"):
        imported()


@pytest.mark.parametrize("path", ["/v1/events", "/v1/events/batch", "/api/v1/events", "/api/v1/events/batch"])
def test_every_alias_takes_events(deployed: Deployed, path: str) -> None:
    assert deployed.post(as_body(event_now()), path) == (202, {"accepted": 1, "rejected": []})


def test_cloudevents_are_events_whichever_way_they_come(deployed: Deployed) -> None:
    told = {"specversion": "1.0", "id": "e-1", "source": "/gw", "type": "event", "time": event_now()["timestamp"]}
    whole = json.dumps(told | {"data": event_now()}).encode()

    structured = deployed.post(whole, content_type="application/cloudevents+json; charset=utf-8")
    batch = deployed.post(b"[%b]" % whole, content_type="application/cloudevents-batch+json")
    empty = deployed.post(b"[]", content_type="application/cloudevents-batch+json")
    binary = deployed.post(
        json.dumps(event_now()).encode(),
        content_type="application/json",
        **{f"ce_{name}": value for name, value in told.items()},
    )

    ids = [event.event_id for pack in deployed.packs() for event in pack.events]
    assert [answer[0] for answer in (structured, batch, empty, binary)] == [202] * 4
    assert empty[1] == {"accepted": 0, "rejected": []}
    assert (len(ids), len(set(ids))) == (3, 1)


SECRET = "a prompt that nobody else may read"


def litellm_now() -> bytes:
    now = datetime.now(UTC).timestamp()
    told = {
        "litellm_call_id": "call-1",
        "call_type": "acompletion",
        "status": "success",
        "custom_llm_provider": "openai",
        "model": "gpt-4o",
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "response_cost": 0.0,
        "startTime": now - 1,
        "endTime": now,
        "messages": [{"content": SECRET}],
        "response": {"choices": [{"finish_reason": "stop", "message": {"content": SECRET}}]},
        "guardrail_information": [
            {"guardrail_name": "g", "guardrail_status": "guardrail_intervened", "guardrail_request": SECRET}
        ],
    }
    return json.dumps([told, told]).encode()


def lines_of(deployed: Deployed) -> bytes:
    records = stream_contents(deployed.kinesis, "events")
    return b"".join(zstd.decompress(record.data[1:]) for record in records)


def test_no_prompt_leaves_ingestion(deployed: Deployed, caplog: pytest.LogCaptureFixture) -> None:
    status, told = deployed.post(litellm_now(), "/v1/litellm", content_type="application/json")

    assert (status, told) == (202, {"accepted": 6, "rejected": []})
    assert b"call-1" in lines_of(deployed)
    assert SECRET.encode() not in lines_of(deployed)
    assert SECRET not in str([vars(record) for record in caplog.records])
    calls = [event.payload.data for pack in deployed.packs() for event in pack.events]
    priced = [call for call in calls if isinstance(call, Inference)]
    assert [call.reported_cost_usd for call in priced] == [None, None]
    assert all(call.computed_cost_usd for call in priced)


def test_prompts_are_kept_where_the_deployment_asks_for_them(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEEP_CONTENT", "true")
    deployed.handler = imported()

    deployed.post(litellm_now(), "/v1/litellm")

    assert SECRET.encode() in lines_of(deployed)


@pytest.mark.parametrize("encoding", otlp.ENCODINGS)
def test_spans_are_taken_priced_and_without_their_messages(
    deployed: Deployed, encoding: str, caplog: pytest.LogCaptureFixture
) -> None:
    start = int(datetime.now(UTC).timestamp() * 1e9)
    told = otlp.span(
        {**otlp.CALL, "gen_ai.input.messages": SECRET},
        startTimeUnixNano=str(start),
        endTimeUnixNano=str(start + 1_000),
        events=[{"name": "gen_ai.user.message", "attributes": otlp.attributes({"content": SECRET})}],
    )

    answer = deployed.handler(
        posted(gzip.compress(otlp.encoded(otlp.spans(told), encoding)), content_type=encoding, content_encoding="gzip")
        | {"resource": "/v1/traces"},
        CONTEXT,
    )

    assert (answer["statusCode"], answer["headers"]["Content-Type"]) == (200, encoding)
    (call,) = [event.payload.data for pack in deployed.packs() for event in pack.events]
    assert isinstance(call, Inference)
    assert call.computed_cost_usd
    assert SECRET.encode() not in lines_of(deployed)
    assert SECRET not in str([vars(record) for record in caplog.records])


def test_scores_are_answered_as_langfuse_does(deployed: Deployed) -> None:
    score = {"id": "s-1", "name": "quality", "value": 0.9, "comment": SECRET, "timestamp": event_now()["timestamp"]}

    assert deployed.post(as_body(score), "/api/public/scores") == (202, {"message": "Accepted"})
    assert deployed.post(json.dumps(score).encode(), "/api/public/scores") == (200, {"id": "s-1"})
    assert deployed.post(as_body(score, 7), "/api/public/scores")[0] == 207
    assert SECRET.encode() not in lines_of(deployed)


def test_a_tenant_is_charged_what_it_negotiated(deployed: Deployed) -> None:
    negotiated_prices("prices").put("acme", NegotiatedPrice(model="*", input_usd=0, output_usd=0, request_usd=0.5))

    deployed.post(as_body(event_now()))

    (event,) = (event for pack in deployed.packs() for event in pack.events)
    assert isinstance(event.payload.data, Inference)
    assert event.payload.data.computed_cost_usd == 0.5


def test_a_path_that_is_no_route_is_answered_404(deployed: Deployed) -> None:
    assert deployed.post(as_body(event_now()), "/v1/secrets")[0] == 404
