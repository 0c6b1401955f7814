"""The real handler on DynamoDB (moto): what stands in the stores, as the gateway's clients read it."""

import csv
import json
import sys
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from io import BytesIO, StringIO
from types import SimpleNamespace
from typing import Any

import boto3
import jsonschema
import pyarrow.parquet as pq
import pytest
from moto import mock_aws

from functions.query import openapi
from functions.query.analysis_models import QuestionAnswer
from functions.query.models import MetricsAnswer, SeriesAnswer, SummaryAnswer
from shared.adapters.closed_windows import DynamoClosedWindowStore
from shared.adapters.rollups import DynamoRollupStore
from shared.adapters.state_stores import state_store
from shared.observability.metrics import MetricName
from shared.windows.groups import GROUPINGS
from shared.windows.window import Resolution
from tests.builders.aws import create_table
from tests.builders.hub import SeededHub
from tests.builders.tables import cell
from tests.fakes.aws_connection import MotoConnection

MODULE = "functions.query.handler"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "POWERTOOLS_SERVICE_NAME": "query",
    "POWERTOOLS_METRICS_NAMESPACE": "LLMAnalyticsHub",
    "STATE_TABLE": "window_state",
    "STATE_LAYOUT": "items",
    "CLOSED_WINDOW_TABLE": "closed_windows",
    "ROLLUP_TABLE": "rollups",
    "ANOMALY_TABLE": "anomalies",
    "DETECTION_TABLE": "detection",
    "EVENT_BUS": "llm-analytics",
    "CONSOLE_URL": "https://hub/",
    "PRICE_TABLE": "prices",
    "REFUSAL_TABLE": "refusals",
    "FORECAST_TABLE": "forecasts",
    "BUDGET_TABLE": "budgets",
    "INCIDENT_TABLE": "incidents",
    "CORRELATION_TABLE": "correlation",
    "EVENT_INDEX_TABLE": "event_index",
    "DOCUMENT_TABLE": "documents",
    "AUDIT_TABLE": "audit",
    "LIVE_TABLE": "live",
    "LIVE_URL": "wss://api.execute-api.eu-west-1.amazonaws.com/hub",
    "PARTITIONS": "4",
    "CLOSING_DELAY_SECONDS": "30",
    "SERIES_LIMIT": "5000",
    "GROUPINGS": json.dumps(GROUPINGS),
}
CONTEXT = SimpleNamespace(
    function_name="query",
    function_version="1",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:query",
    aws_request_id="request-1",
)
PRINCIPAL = {"tenant": "acme", "role": "api_client", "key_id": "key_1", "rate_plan": "standard"}
MINUTE = timedelta(minutes=1)
TABLES = ("window_state", "closed_windows", "rollups", "anomalies", "detection", "documents", "audit", "live")


@dataclass
class Deployed:
    handler: Any
    hub: SeededHub

    def send(self, method: str, resource: str, body: Any = None, role: str = "admin", **headers: str) -> dict[str, Any]:
        answered: dict[str, Any] = self.handler(
            {
                "resource": resource,
                "httpMethod": method,
                "headers": headers,
                "body": json.dumps(body),
                "requestContext": {"requestId": "request-1", "authorizer": {**PRINCIPAL, "role": role}},
            },
            CONTEXT,
        )
        return answered

    def get(self, resource: str, principal: Any = PRINCIPAL, **asked: str) -> tuple[int, Any]:
        answered = self.handler(
            {
                "resource": resource,
                "httpMethod": "GET",
                "multiValueQueryStringParameters": {name: [value] for name, value in asked.items()} or None,
                "requestContext": {"requestId": "request-1", "authorizer": principal},
            },
            CONTEXT,
        )
        return answered["statusCode"], json.loads(answered["body"])


@pytest.fixture(scope="module")
def hub(request: pytest.FixtureRequest) -> Iterator[SeededHub]:
    """Requests of two models over an hour and a half, all but the last two minutes closed: query only reads."""
    layout: Any = getattr(request, "param", "items")
    with mock_aws(), pytest.MonkeyPatch.context() as patched:
        for name, value in {**ENVIRONMENT, "STATE_LAYOUT": layout}.items():
            patched.setenv(name, value)
        client = boto3.client("dynamodb")
        patched.setattr("shared.adapters.json_api.HTTPSConnection", MotoConnection)
        for table in TABLES:
            create_table(client, table)
        hub = SeededHub(
            state_store(client, "window_state", layout),
            DynamoClosedWindowStore(client, "closed_windows", lambda: "unused"),
            DynamoRollupStore(client, "rollups"),
        )
        this_minute = Resolution.MINUTE.containing(datetime.now(UTC)).start
        for minute in range(0, 90, 6):
            hub.observe(this_minute - minute * MINUTE, cell("gpt-4o"), requests=1, input_tokens=100, latency_ms=900)
            hub.observe(this_minute - minute * MINUTE, cell("claude"), requests=1, input_tokens=10, latency_ms=700)
        hub.close(this_minute - MINUTE)
        hub.beat(this_minute)
        yield hub


@pytest.fixture
def deployed(hub: SeededHub, monkeypatch: pytest.MonkeyPatch) -> Deployed:
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    return Deployed(import_module(MODULE).handler, hub)


@pytest.mark.parametrize(
    ("hub", "resolution"),
    [("items", "1m"), ("items", "5m"), ("items", "15m"), ("items", "1h"), ("segments", "1m"), ("segments", "1h")],
    indirect=["hub"],
)
def test_every_resolution_adds_up_to_the_same(deployed: Deployed, resolution: str) -> None:
    status, content = deployed.get(
        "/v1/metrics", measure="input_tokens", group_by="model", resolution=resolution, start="now-3h"
    )

    answered = MetricsAnswer.model_validate(content)
    sums = {str(series.dimensions["model"]): sum(point.sum for point in series.points) for series in answered.series}
    assert status == 200
    assert sums == {"gpt-4o": 1500, "claude": 150}
    assert {point.final for series in answered.series for point in series.points[-1:]} == {False}
    assert all(point.final for series in answered.series for point in series.points[:-2])


def test_one_series_is_read_alone(deployed: Deployed) -> None:
    _, content = deployed.get("/v1/metrics", measure="requests", model="claude", start="now-2h", stat="p99.9")

    [series] = content["series"]
    assert series["dimensions"] == {"model": "claude"}
    assert series["points"][0]["p99.9"] == 1
    assert len(series["points"]) == 15


def test_pages_follow_each_other_over_the_wire(deployed: Deployed) -> None:
    asked = {"measure": "requests", "group_by": "model", "start": "now-2h", "limit": "7"}
    _, content = deployed.get("/v1/metrics", **asked)
    points = [point for series in content["series"] for point in series["points"]]
    while content["next"]:
        _, content = deployed.get("/v1/metrics", **asked, next=content["next"])
        points += [point for series in content["series"] for point in series["points"]]

    assert len(points) == 30


def test_series_and_summary_tell_of_the_same_hour_and_a_half(deployed: Deployed) -> None:
    _, series = deployed.get("/v1/series", group_by="model")
    _, summary = deployed.get("/v1/summary")

    assert [known.events for known in SeriesAnswer.model_validate(series).series] == [15, 15]
    totals = SummaryAnswer.model_validate(summary).totals
    assert (totals.events, totals.requests, totals.tokens.input) == (30, 30, 1650)
    assert totals.latency_ms is not None
    assert totals.latency_ms.p50 == pytest.approx(0.7, rel=0.01)


def test_another_tenant_sees_nothing(deployed: Deployed) -> None:
    stranger = PRINCIPAL | {"tenant": "globex"}

    assert deployed.get("/v1/metrics", stranger, measure="requests", start="now-2h")[1]["series"] == []
    assert deployed.get("/v1/summary", stranger)[1]["totals"]["events"] == 0


def test_health_tells_that_the_pipeline_moves_without_a_key(deployed: Deployed) -> None:
    status, content = deployed.get("/v1/health", None)

    assert (status, content["status"]) == (200, "ok")
    assert sorted(content["last_ticks"]) == ["0", "1", "2", "3"]


def test_the_description_is_served_without_a_key(deployed: Deployed) -> None:
    status, content = deployed.get("/openapi.json", None)

    assert (status, content["openapi"]) == (200, "3.1.0")


def test_answers_and_refusals_are_counted(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    deployed.get("/v1/metrics", measure="requests")
    deployed.get("/v1/metrics", measure="requets")

    told = capsys.readouterr().out
    assert f'"{MetricName.QUERIES_ANSWERED}"' in told
    assert f'"{MetricName.REQUESTS_REFUSED}"' in told


@pytest.mark.parametrize(
    ("resource", "asked", "schema"),
    [
        ("/v1/metrics", {"measure": "latency_ms", "start": "now-2h", "stat": "p90"}, "MetricsAnswer"),
        ("/v1/metrics", {"measure": "latncy_ms"}, "ErrorAnswer"),
        ("/v1/series", {"group_by": "model"}, "SeriesAnswer"),
        ("/v1/summary", {}, "SummaryAnswer"),
        ("/v1/health", {}, "Health"),
    ],
)
def test_answers_are_as_described(deployed: Deployed, resource: str, asked: dict[str, str], schema: str) -> None:
    _, content = deployed.get(resource, **asked)

    jsonschema.validate(
        content, {"$ref": f"#/components/schemas/{schema}", "components": openapi.document()["components"]}
    )


def test_rules_are_kept_and_anomalies_found_in_the_stores(deployed: Deployed) -> None:
    analyst = {**PRINCIPAL, "role": "analyst"}
    rule = {"name": "Slow", "grouping": "model", "threshold": 6, "measure": "latency_ms"}

    def ask(method: str, resource: str, body: Any = None) -> tuple[int, Any]:
        request = {
            "resource": resource,
            "httpMethod": method,
            "body": json.dumps(body) if body else None,
            "multiValueQueryStringParameters": None,
            "pathParameters": None,
            "requestContext": {"requestId": "request-1", "authorizer": analyst},
        }
        answered = deployed.handler(request, CONTEXT)
        return answered["statusCode"], json.loads(answered["body"])

    status, added = ask("POST", "/v1/rules", rule)

    assert status == 201
    assert ask("GET", "/v1/rules") == (200, {"rules": [added]})
    assert ask("GET", "/v1/anomalies") == (200, {"anomalies": [], "next": None})


QUESTION = {
    "start": "now-2h",
    "queries": [{"name": "per request", "expression": "sum(input_tokens) / sum(requests)", "group_by": ["model"]}],
}


@pytest.mark.parametrize("resolution", ["1m", "15m", "1h"])
def test_a_question_is_answered_from_rollups_and_state(deployed: Deployed, resolution: str) -> None:
    answered = deployed.send("POST", "/v1/query", {**QUESTION, "resolution": resolution}, role="viewer")

    [result] = QuestionAnswer.model_validate_json(answered["body"]).results
    assert {series.dimensions["model"]: series.total for series in result.series} == {"gpt-4o": 100, "claude": 10}


def test_an_answer_is_not_sent_again_to_who_has_it(deployed: Deployed) -> None:
    first = deployed.send("GET", "/v1/preferences")
    again = deployed.send("GET", "/v1/preferences", **{"If-None-Match": first["headers"]["ETag"]})

    assert (first["statusCode"], first["headers"]["Cache-Control"]) == (200, "private, no-cache")
    assert (again["statusCode"], again["body"]) == (304, "")


def test_an_export_is_a_file_and_stands_in_the_audit_log(deployed: Deployed) -> None:
    exported = deployed.send("POST", "/v1/query/export", {**QUESTION, "format": "csv", "resolution": "1h"})
    _, audit = deployed.get("/v1/audit", {**PRINCIPAL, "role": "admin"}, action="data.")
    _, verdict = deployed.get("/v1/audit/verify", {**PRINCIPAL, "role": "admin"})

    rows = exported["body"].splitlines()
    assert exported["headers"]["Content-Disposition"].endswith('.csv"')
    assert rows[0] == "query,model,start,value,unit"
    assert rows[1].startswith("per request,claude,")
    assert audit["entries"][0]["action"] == "data.exported"
    assert (verdict["valid"], verdict["head"]) == (True, audit["entries"][0]["hash"])


def test_an_export_as_parquet_says_what_csv_says(deployed: Deployed) -> None:
    asked = {**QUESTION, "resolution": "1h"}
    files = {name: deployed.send("POST", "/v1/query/export", {**asked, "format": name}) for name in ("csv", "parquet")}

    rows = pq.read_table(BytesIO(b64decode(files["parquet"]["body"]))).to_pylist()
    read = csv.DictReader(StringIO(files["csv"]["body"]))
    assert [str("" if row["value"] is None else row["value"]) for row in rows] == [row["value"] for row in read]
    assert rows[0]["query"] == "per request"
    assert files["parquet"]["headers"]["Content-Type"] == "application/vnd.apache.parquet"


def test_dashboards_are_kept_and_what_they_change_is_audited(deployed: Deployed) -> None:
    board = json.loads(deployed.send("POST", "/v1/dashboards", {"name": "Costs", "content": {"widgets": []}})["body"])
    _, listed = deployed.get("/v1/dashboards", {**PRINCIPAL, "role": "admin"})

    assert [each["id"] for each in listed["dashboards"]] == [board["id"]]


@pytest.mark.parametrize("route", ["/v1/audit", "/v1/audit/verify"])
def test_the_audit_log_is_not_for_everybody(deployed: Deployed, route: str) -> None:
    assert deployed.get(route, {**PRINCIPAL, "role": "analyst"})[0] == 403


def test_who_asks_is_told_what_they_may_do(deployed: Deployed) -> None:
    status, who = deployed.get("/v1/me")

    assert (status, who["role"], "metrics:read" in who["permissions"]) == (200, "api_client", True)
