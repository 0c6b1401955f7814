"""Requests as the gateway hands them over: what is refused, how, and that nothing sent is a 500."""

import json
from typing import Any

import pytest
from aws_lambda_powertools import Logger, Metrics as Meter

from functions.query.events import Events
from functions.query.health import HealthCheck
from functions.query.incident_routes import Stories
from functions.query.incidents import Incidents
from functions.query.metrics import Metrics
from functions.query.prices import PriceList
from functions.query.quality import Quality
from functions.query.series import Series
from functions.query.serve import Query
from functions.query.summary import Summary
from shared.errors import TransientError
from shared.windows.closed import Cursor
from tests.builders.alerts import alerts_of
from tests.builders.documents import console_of
from tests.builders.hub import NOON, SeededHub
from tests.builders.plans import plans_of
from tests.fakes.closed_window_store import InMemoryClosedWindowStore
from tests.fakes.incident_stores import InMemoryEventIndex, InMemoryIncidentStore, InMemorySightingStore
from tests.fakes.negotiated_prices import InMemoryNegotiatedPriceStore
from tests.fakes.refusals import InMemoryRefusalCounts

PRINCIPAL = {"tenant": "acme", "role": "viewer", "key_id": "key_1", "rate_plan": "standard"}


def clock() -> Any:
    return NOON


@pytest.fixture
def query() -> Query:
    hub = SeededHub()
    hub.close(NOON)
    hub.beat(NOON)
    return query_of(hub)


def query_of(hub: SeededHub) -> Query:
    return Query(
        Metrics(hub.windows, clock),
        Series(hub.windows, clock),
        Summary(hub.windows, clock),
        HealthCheck(hub.state, hub.closed, 4, NOON - NOON, clock),
        alerts_of(clock),
        PriceList(InMemoryNegotiatedPriceStore(), hub.windows, clock),
        Quality(InMemoryRefusalCounts(), clock),
        Stories(
            Incidents(InMemoryIncidentStore(), InMemorySightingStore(), clock), Events(InMemoryEventIndex(), clock)
        ),
        plans_of(hub.rollups, hub.closed, clock),
        *console_of(hub, clock),
        Logger(service="query"),
        Meter(service="query", namespace="test"),
    )


def ask(query: Query, resource: str, principal: Any = PRINCIPAL, **asked: str | list[str]) -> tuple[int, Any]:
    values = {name: value if isinstance(value, list) else [value] for name, value in asked.items()}
    answered = query.serve(
        {
            "resource": resource,
            "httpMethod": "GET",
            "multiValueQueryStringParameters": values or None,
            "requestContext": {"requestId": "request-1", "authorizer": principal},
        }
    )
    assert answered["headers"]["Content-Type"] == "application/json"
    return answered["statusCode"], json.loads(answered["body"])


@pytest.mark.parametrize(
    "resource",
    [
        "/v1/series",
        "/v1/incidents",
        "/v1/correlations",
        "/v1/graph",
        "/v1/events",
        "/v1/summary",
        "/v1/health",
        "/openapi.json",
    ],
)
def test_every_route_answers(query: Query, resource: str) -> None:
    status, _ = ask(query, resource)

    assert status == 200


def test_metrics_are_answered_in_the_promised_shape(query: Query) -> None:
    status, content = ask(query, "/v1/metrics", measure="requests")

    assert status == 200
    assert content == {"measure": "requests", "unit": "count", "resolution": "1m", "series": [], "next": None}


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        ({}, "invalid_parameter", "measure"),
        ({"measure": "x"}, "unknown_measure", "measure"),
        ({"measure": "custom."}, "unknown_measure", "measure"),
        ({"measure": ["requests", "errors"]}, "invalid_parameter", "measure"),
        ({"measure": "requests", "resolution": "2m"}, "invalid_parameter", "resolution"),
        ({"measure": "requests", "resolutoin": "1m"}, "invalid_parameter", "resolutoin"),
        ({"measure": "requests", "group_by": "colour"}, "invalid_parameter", "group_by"),
        ({"measure": "requests", "group_by": "model,provider"}, "unknown_grouping", "group_by"),
        ({"measure": "requests", "stat": "p101"}, "invalid_parameter", "stat"),
        ({"measure": "requests", "stat": "avg"}, "invalid_parameter", "stat"),
        ({"measure": "requests", "stat": "p1,p2,p3,p4,p5,p6"}, "invalid_parameter", "stat"),
        ({"measure": "requests", "limit": "0"}, "invalid_parameter", "limit"),
        ({"measure": "requests", "limit": "1e9"}, "invalid_parameter", "limit"),
        ({"measure": "requests", "limit": "many"}, "invalid_parameter", "limit"),
        ({"measure": "requests", "start": "yesterday"}, "invalid_time", "start"),
        ({"measure": "requests", "start": "2026-11-22T10:00:00"}, "invalid_time", "start"),
        ({"measure": "requests", "start": "2026-13-22T10:00:00Z"}, "invalid_time", "start"),
        ({"measure": "requests", "start": "0001-01-01T00:00:00+23:59"}, "invalid_time", "start"),
        ({"measure": "requests", "end": "9999-12-31T23:59:59-23:59"}, "invalid_time", "end"),
        ({"measure": "requests", "start": "now-999999d"}, "invalid_time", "start"),
        ({"measure": "requests", "start": "now", "end": "now-1h"}, "invalid_time", "end"),
        ({"measure": "requests", "start": "now", "end": "now"}, "invalid_time", "end"),
        ({"measure": "requests", "start": "now-25h"}, "invalid_time", "start"),
        ({"measure": "requests", "resolution": "5m", "start": "now-8d"}, "invalid_time", "start"),
        ({"measure": "requests", "resolution": "1h", "start": "now-401d"}, "invalid_time", "start"),
        ({"measure": "requests", "next": "?"}, "invalid_next", "next"),
    ],
)
def test_what_cannot_be_answered_is_a_400_that_names_the_field(
    query: Query, asked: dict[str, Any], code: str, field: str
) -> None:
    status, content = ask(query, "/v1/metrics", **asked)

    assert status == 400
    assert content["error"]["code"] == code
    assert content["error"]["request_id"] == "request-1"
    assert field in content["error"]["fields"]


@pytest.mark.parametrize("value", ["\x00", "\ud800", "a" * 257, "%", "#", "'"])
def test_no_text_is_a_500(query: Query, value: str) -> None:
    asked = {"model": value, "group_by": value, "start": value, "next": value, value: value}

    assert ask(query, "/v1/metrics", measure="requests", model=value)[0] in {200, 400}
    assert all(ask(query, "/v1/series", **{name: text})[0] in {200, 400} for name, text in asked.items())


@pytest.mark.parametrize("resource", ["/v1/metrics", "/v1/series", "/v1/summary"])
@pytest.mark.parametrize("principal", [None, {}, PRINCIPAL | {"role": "stranger"}])
def test_a_request_without_a_principal_is_forbidden(query: Query, resource: str, principal: Any) -> None:
    status, content = ask(query, resource, principal, measure="requests")

    assert (status, content["error"]["code"]) == (403, "forbidden")


def test_a_path_that_is_not_there_is_a_404(query: Query) -> None:
    status, content = ask(query, "/v1/secrets")

    assert (status, content["error"]["code"]) == (404, "not_found")


class BrokenClosedWindowStore(InMemoryClosedWindowStore):
    def cursor(self) -> Cursor | None:
        raise TransientError("get: ProvisionedThroughputExceededException")


def test_a_store_that_is_down_is_a_503_with_retry_after() -> None:
    answered = query_of(SeededHub(closed=BrokenClosedWindowStore())).serve(
        {"httpMethod": "GET", "resource": "/v1/health", "requestContext": {"requestId": "request-1"}}
    )

    assert answered["statusCode"] == 503
    assert answered["headers"]["Retry-After"] == "1"
    assert "Throughput" not in answered["body"]


def test_health_without_ticks_is_a_503() -> None:
    status, content = ask(query_of(SeededHub()), "/v1/health", None)

    assert (status, content["status"]) == (503, "starting")
