"""An ingestion request as API Gateway hands it over, and the little that ingestion needs of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from pybase64 import b64decode

from shared.access.principal import Principal
from shared.errors import RejectedRequestError


@dataclass(frozen=True, slots=True)
class Limits:
    body_bytes: int
    inflated_bytes: int


@dataclass(frozen=True, slots=True)
class Request:
    """The body as it was sent, the headers by lower-case name, and who sent it."""

    body: bytes
    headers: Mapping[str, str]
    principal: Principal
    path: str = "/v1/events"
    """Of the route, as the API has it."""

    @classmethod
    def of(cls, proxied: Mapping[str, Any], limits: Limits) -> Self:
        principal = Principal.from_authorizer(proxied["requestContext"].get("authorizer"))
        body = _body(proxied.get("body") or "", base64=bool(proxied.get("isBase64Encoded")), limits=limits)
        return cls(body, headers_of(proxied), principal, route_of(proxied))


def headers_of(proxied: Mapping[str, Any]) -> Mapping[str, str]:
    return {name.lower(): value for name, value in (proxied.get("headers") or {}).items()}


def route_of(proxied: Mapping[str, Any]) -> str:
    return str(proxied.get("resource") or proxied["path"])


def request_id(proxied: Mapping[str, Any]) -> str:
    return str(proxied["requestContext"].get("requestId", ""))


def _body(text: str, *, base64: bool, limits: Limits) -> bytes:
    if len(text) > limits.body_bytes * (4 / 3 if base64 else 1) + 4:
        raise too_large(limits)
    body = _bytes(text) if base64 else text.encode(errors="surrogatepass")
    if len(body) > limits.body_bytes:
        raise too_large(limits)
    return body


def _bytes(text: str) -> bytes:
    """By SIMD, 30 times as fast as the standard library, which would take a fifth of the whole handler."""
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise RejectedRequestError(400, "unreadable_body", "The body could not be read") from None


def too_large(limits: Limits) -> RejectedRequestError:
    return RejectedRequestError(413, "body_too_large", f"A body is at most {limits.body_bytes} bytes")
