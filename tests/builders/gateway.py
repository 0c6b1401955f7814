"""The whole API on stores in memory, behind a gateway that is a WSGI application: what its description is held to."""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import count
from random import Random
from typing import Any
from urllib.parse import parse_qs, unquote

from aws_lambda_powertools import Logger, Metrics as Meter

from functions.access.authorize import Authorizer
from functions.access.keys_api import KeysApi
from functions.access.manage import KeyRing
from functions.access.serve import Access
from functions.access.tokens import Tokens
from functions.ingestion.endpoint import Endpoint
from functions.ingestion.formats import formats
from functions.ingestion.ingest import Ingestion
from functions.ingestion.pricing import TenantPricing
from functions.ingestion.request import Limits
from functions.privacy.holds import Keeping
from functions.privacy.requests import Requests
from functions.privacy.routes import Privacy
from functions.privacy.serve import Stage
from functions.privacy.working import Worker
from functions.query.assembly import assembled
from functions.query.settings import Settings
from functions.query.stores import Stores
from shared.access.routes import NEEDED, PUBLIC
from shared.audit.log import AuditLog
from shared.packs.packing import Packing
from tests.builders.hub import NOON, SeededHub
from tests.builders.tables import cell
from tests.fakes.access_keys import InMemoryAccessKeyStore, InMemoryRatePlans
from tests.fakes.anomaly_store import InMemoryAnomalyStore
from tests.fakes.audit_store import InMemoryAuditStore
from tests.fakes.document_store import InMemoryDocumentStore
from tests.fakes.event_stream import FakeEventStream
from tests.fakes.exports import InMemoryExports
from tests.fakes.forecast_stores import InMemoryBudgetStore, InMemoryForecastStore
from tests.fakes.incident_stores import InMemoryEventIndex, InMemoryIncidentStore, InMemorySightingStore
from tests.fakes.issuer import FakeIssuer
from tests.fakes.live_store import InMemoryLiveStore
from tests.fakes.negotiated_prices import InMemoryNegotiatedPriceStore
from tests.fakes.notice_bus import InMemoryNoticeBus
from tests.fakes.policy_store import InMemoryPolicyStore
from tests.fakes.refusals import InMemoryRefusalCounts
from tests.integration.test_query import ENVIRONMENT

Serve = Callable[[dict[str, Any]], dict[str, Any]]
PRINCIPAL = {"tenant": "acme", "role": "admin", "key_id": "key_1", "rate_plan": "standard"}
PARTITIONS = 4
_WRITES = "event:write"
_PARAMETER = re.compile(r"\{(\w+)\}")


def gateway() -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """Each call makes an API with stores of its own, where it is always noon; whoever asks is an admin."""

    def clock() -> datetime:
        return NOON

    stages = {
        "query": _query(clock),
        "ingestion": _ingestion(clock),
        "access": _access(clock),
        "privacy": _privacy(clock),
    }
    routes = [(method, resource, _pattern(resource)) for method, resource in sorted((*NEEDED, *PUBLIC), key=_literal)]

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
        found = ((resource, match) for of, resource, pattern in routes if of == method and (match := pattern(path)))
        resource, match = next(found, (None, None))
        if resource is None or match is None:
            start_response("403 Forbidden", [("Content-Type", "application/json")])
            return [b'{"message": "Missing Authentication Token"}']
        answered = stages[_stage(method, resource)](_request(environ, resource, match.groupdict()))
        status = HTTPStatus(answered["statusCode"])
        start_response(f"{status.value} {status.phrase}", list(answered.get("headers", {}).items()))
        return [_body(answered)]

    return application


def _literal(route: tuple[str, str]) -> tuple[int, str]:
    """Routes without parameters are tried first, as by API Gateway."""
    return route[1].count("{"), route[1]


def _pattern(resource: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile(_PARAMETER.sub(r"(?P<\1>[^/]+)", resource)).fullmatch


def _stage(method: str, resource: str) -> str:
    if resource.startswith("/v1/keys"):
        return "access"
    if resource.startswith("/v1/privacy"):
        return "privacy"
    return "ingestion" if NEEDED.get((method, resource)) == _WRITES else "query"


def _request(environ: Mapping[str, Any], resource: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Binary media types are */*: a body comes in base64."""
    asked = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    headers = {name[5:].replace("_", "-").title(): value for name, value in environ.items() if name.startswith("HTTP_")}
    if environ.get("CONTENT_TYPE"):
        headers["Content-Type"] = environ["CONTENT_TYPE"]
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return {
        "resource": resource,
        "path": environ["PATH_INFO"],
        "httpMethod": environ["REQUEST_METHOD"],
        "headers": headers,
        "multiValueQueryStringParameters": asked or None,
        "queryStringParameters": {name: values[-1] for name, values in asked.items()} or None,
        "pathParameters": {name: unquote(value) for name, value in parameters.items()} or None,
        "body": b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
        "requestContext": {"requestId": "request-1", "authorizer": PRINCIPAL},
    }


def _body(answered: Mapping[str, Any]) -> bytes:
    body = str(answered.get("body") or "").encode()
    return b64decode(body) if answered.get("isBase64Encoded") else body


def _query(clock: Callable[[], datetime]) -> Serve:
    hub, ids = SeededHub(), count(1)
    hub.observe(NOON - timedelta(minutes=5), cell("gpt-4o"), requests=1, input_tokens=100, latency_ms=900)
    hub.close(NOON - timedelta(minutes=1))
    hub.beat(NOON, PARTITIONS)
    stores = Stores(
        state=hub.state,
        closed=hub.closed,
        rollups=hub.rollups,
        columns=hub.columns,
        anomalies=InMemoryAnomalyStore(),
        policies=InMemoryPolicyStore(clock),
        incidents=InMemoryIncidentStore(),
        sightings=InMemorySightingStore(),
        events=InMemoryEventIndex(),
        forecasts=InMemoryForecastStore(),
        budgets=InMemoryBudgetStore(),
        prices=InMemoryNegotiatedPriceStore(),
        refusals=InMemoryRefusalCounts(),
        documents=InMemoryDocumentStore(),
        audit=InMemoryAuditStore(),
        bus=InMemoryNoticeBus(),
        tickets=InMemoryLiveStore(),
        side_by_side=map,
    )
    settings = Settings.model_validate(ENVIRONMENT)
    made = assembled(settings, stores, clock, lambda: f"id-{next(ids)}", Logger("query"), _meter("query"))
    return made.serve


def _ingestion(clock: Callable[[], datetime]) -> Serve:
    ingestion = Ingestion(
        FakeEventStream(),
        Packing(PARTITIONS, timedelta(hours=24)),
        TenantPricing(InMemoryNegotiatedPriceStore(), clock),
        clock,
        Limits(body_bytes=4_000_000, inflated_bytes=32_000_000),
        formats(),
    )
    return Endpoint(ingestion, InMemoryRefusalCounts(), Logger("ingestion"), _meter("ingestion")).serve


def _access(clock: Callable[[], datetime]) -> Serve:
    store = InMemoryAccessKeyStore()
    ring = KeyRing(store, InMemoryRatePlans(), clock, Random(7).randbytes)
    authorizer = Authorizer(store, Tokens((), FakeIssuer(), clock), clock, "hub")
    audit = AuditLog(InMemoryAuditStore(), clock)
    return Access(authorizer, ring, KeysApi(ring, audit), audit, Logger("access"), _meter("access")).serve


def _privacy(clock: Callable[[], datetime]) -> Serve:
    store, ids, audit = InMemoryDocumentStore(), count(1), AuditLog(InMemoryAuditStore(), clock)
    requests = Requests(store, InMemoryExports(), audit, clock, lambda: f"r{next(ids)}")
    worker = Worker(requests, (), clock)
    stage = Stage(Privacy(requests, Keeping(store, audit, clock)), worker, Logger("privacy"), _meter("privacy"))
    return lambda event: stage.serve(event, clock())


def _meter(stage: str) -> Meter:
    return Meter(service=stage, namespace="Test")
