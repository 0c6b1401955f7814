"""Stands where an endpoint's gateway asks no authorizer: asks it, and invokes the function of the route, as API Gateway does."""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

from infra.local.clock import client
from infra.local.endpoint import Endpoint

REFUSALS = {401: "unauthorized", 403: "forbidden", 404: "not_found", 503: "unavailable"}
_PARAMETER = re.compile(r"\{(\w+)(\+?)\}")
_FUNCTION = re.compile(r":function:([^/:]+)")


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    resource: str
    function: str
    keyed: bool

    def match(self, path: str) -> re.Match[str] | None:
        pattern = _PARAMETER.sub(lambda found: f"(?P<{found[1]}>{'.+' if found[2] else '[^/]+'})", self.resource)
        return re.fullmatch(pattern, path)


class FrontDoor:
    """Knows routes and functions by what is deployed; who may come in, only the authorizer's function knows."""

    def __init__(self, endpoint: Endpoint, rest_api: str, access: str) -> None:
        self._functions = client("lambda", endpoint)
        self._access = access
        self._routes = sorted(_routes(client("apigateway", endpoint), rest_api), key=_literal_first)

    def serve(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Any, bytes]:
        parts = urlsplit(target)
        found = (
            (route, match) for route in self._routes if route.method == method and (match := route.match(parts.path))
        )
        route, match = next(found, (None, None))
        if route is None or match is None:
            return _refusal(404)
        request = _request(route, parts.path, parts.query, match.groupdict(), headers, body)
        if route.keyed:
            status, caller = self._authorize(request)
            if status:
                return _refusal(status)
            request["requestContext"]["authorizer"] = caller
        return self._answer(route.function, request)

    def _authorize(self, request: Mapping[str, Any]) -> tuple[int, Any]:
        arn = f"arn:aws:execute-api:us-east-1:0:api/hub/{request['httpMethod']}{request['path']}"
        told, is_refused = self._invoke(self._access, {**request, "type": "REQUEST", "methodArn": arn, "body": None})
        if is_refused:
            return (401 if "Unauthorized" in json.dumps(told) else 503), None
        (statement,) = told["policyDocument"]["Statement"]
        return (0 if statement["Effect"] == "Allow" else 403), told.get("context", {})

    def _answer(self, function: str, request: Mapping[str, Any]) -> tuple[int, Any, bytes]:
        told, has_failed = self._invoke(function, request)
        if has_failed:
            return _refusal(503)
        body = str(told.get("body") or "").encode()
        many = {name: values[-1] for name, values in (told.get("multiValueHeaders") or {}).items()}
        return (
            told["statusCode"],
            {**many, **(told.get("headers") or {})},
            b64decode(body) if told.get("isBase64Encoded") else body,
        )

    def _invoke(self, function: str, asked: Mapping[str, Any]) -> tuple[Any, bool]:
        answer = self._functions.invoke(FunctionName=function, Payload=json.dumps(asked))
        return json.loads(answer["Payload"].read()), "FunctionError" in answer


@contextmanager
def front_door(endpoint: Endpoint, rest_api: str, access: str) -> Iterator[str]:
    """Its address, on loopback."""
    door = FrontDoor(endpoint, rest_api, access)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, headers, answer = door.serve(self.command, self.path, dict(self.headers.items()), body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 the library's names

        def log_message(self, *_: Any) -> None:
            """What was asked is in the logs of the functions."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _routes(gateway: Any, rest_api: str) -> Iterator[Route]:
    for page in gateway.get_paginator("get_resources").paginate(restApiId=rest_api, embed=["methods"]):
        for resource in page["items"]:
            for method in resource.get("resourceMethods", {}):
                found = gateway.get_method(restApiId=rest_api, resourceId=resource["id"], httpMethod=method)
                named = _FUNCTION.search(found.get("methodIntegration", {}).get("uri", ""))
                if named:
                    yield Route(method, resource["path"], named[1], bool(found["apiKeyRequired"]))


def _literal_first(route: Route) -> tuple[bool, int]:
    return "+}" in route.resource, route.resource.count("{")


def _request(  # noqa: PLR0917 (what a request is made of)
    route: Route, path: str, query: str, parameters: Mapping[str, str], headers: Mapping[str, str], body: bytes
) -> dict[str, Any]:
    """Binary media types are */*: a body comes in base64."""
    asked = parse_qs(query, keep_blank_values=True)
    return {
        "resource": route.resource,
        "path": path,
        "httpMethod": route.method,
        "headers": dict(headers),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in asked.items()} or None,
        "multiValueQueryStringParameters": asked or None,
        "pathParameters": {name: unquote(value) for name, value in parameters.items()} or None,
        "requestContext": {
            "requestId": str(uuid4()),
            "path": path,
            "stage": "hub",
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


def _refusal(status: int) -> tuple[int, Any, bytes]:
    error = {"code": REFUSALS[status], "message": "refused at the front door", "request_id": str(uuid4())}
    return status, {"Content-Type": "application/json"}, json.dumps({"error": error}).encode()
