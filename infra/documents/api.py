"""The reference of the HTTP API, made of docs/openapi.json."""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from infra.documents.events import names_of_events
from infra.documents.markdown import heading, paragraph, table
from infra.documents.schemas import Schema, anchor, definition, spelt
from infra.layers import ROOT

OPENAPI: Final = ROOT / "docs" / "openapi.json"
FIXED_PARTS: Final = frozenset(("v1", "api", "public", "otel"))
ABOUT: Final = """
Every route under the address of the hub. A key goes into `X-API-Key`, or as `Authorization: Bearer`; [access](../access.md)
says what tokens are taken. For machines: [openapi.json](../openapi.json), which the hub itself serves at `/openapi.json`.
"""


def api_page() -> str:
    described: dict[str, Any] = json.loads(OPENAPI.read_text())
    routes = sorted(described["paths"].items(), key=lambda route: (_resource(route[0]), route[0]))
    grouped = groupby(routes, key=lambda route: _resource(route[0]))
    return (
        heading(1, "HTTP API")
        + paragraph(ABOUT)
        + "".join(heading(2, name.capitalize()) + "".join(map(_route, group)) for name, group in grouped)
        + heading(2, "Bodies and answers")
        + "".join(_schemas(described["components"]["schemas"]))
    )


def _resource(path: str) -> str:
    """What a route is about.

    >>> _resource("/v1/rules/{id}"), _resource("/api/v1/events"), _resource("/openapi.json")
    ('rules', 'events', 'openapi.json')
    """
    return next(part for part in path.split("/") if part and part not in FIXED_PARTS)


def _route(route: tuple[str, Mapping[str, Any]]) -> str:
    path, operations = route
    return "".join(_operation(method.upper(), path, operation) for method, operation in operations.items())


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    told = paragraph(f"**{operation['summary']}.** {operation.get('description', '')}")
    return heading(3, f"{method} {path}", operation["operationId"] + _suffix(path)) + told + "".join(_parts(operation))


def _suffix(path: str) -> str:
    """Some operations have several paths."""
    return path.replace("/", "-").replace("{", "").replace("}", "")


def _parts(operation: Mapping[str, Any]) -> Iterator[str]:
    if parameters := operation.get("parameters"):
        yield table(("parameter", "in", "holds", "needed", "means"), map(_parameter, parameters))
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield paragraph(f"Body, `{media}`: {spelt(content['schema'], link)}.")
    yield table(("answer", "holds", "means"), (_answer(*answer) for answer in operation["responses"].items()))


def _parameter(parameter: Mapping[str, Any]) -> tuple[str, ...]:
    needed = "yes" if parameter.get("required") else ""
    held = spelt(parameter["schema"], link)
    return f"`{parameter['name']}`", parameter["in"], held, needed, parameter.get("description", "")


def _answer(status: str, answer: Mapping[str, Any]) -> tuple[str, str, str]:
    held = dict.fromkeys(spelt(content["schema"], link) for content in answer.get("content", {}).values())
    return status, " or ".join(held), answer.get("description", "")


def _schemas(schemas: Mapping[str, Schema]) -> Iterator[str]:
    elsewhere = names_of_events()
    return (definition(name, schema, link) for name, schema in schemas.items() if name not in elsewhere)


def link(name: str) -> str:
    return f"events.md#{anchor(name)}" if name in names_of_events() else f"#{anchor(name)}"
