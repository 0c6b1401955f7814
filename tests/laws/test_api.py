"""The API is what its description says, whatever it is asked: every route, no 500, every answer of the described shape."""

import json
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from functions.query import openapi
from tests.builders.gateway import gateway

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ALIASES = ("/v1/events/batch", "/api/v1/events", "/api/v1/events/batch")
QUICK = settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer("application/x-protobuf")
def protobuf(_context: Any, value: Any) -> bytes:
    """Whatever is generated, as bytes: what is no message must be refused like one."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.serializer("application/x-ndjson")
def ndjson(_context: Any, value: Any) -> bytes:
    items = value if isinstance(value, list) else [value]
    return b"\n".join(json.dumps(item).encode() for item in items)


schema = schemathesis.openapi.from_wsgi("/openapi.json", gateway()).exclude(path=list(ALIASES))


@schema.parametrize()
@QUICK
def test_every_answer_is_as_described(case: "schemathesis.Case[Any]") -> None:
    case.call_and_validate(checks=CHECKS)


def test_the_aliases_are_described_as_what_they_stand_for() -> None:
    paths = openapi.document()["paths"]

    assert all(paths[alias]["post"]["requestBody"] == paths["/v1/events"]["post"]["requestBody"] for alias in ALIASES)
