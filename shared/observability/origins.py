"""What a browser may do with an answer of the API: whose pages may read it, and that it is data and nothing to run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

PROTECTION: Final[Mapping[str, str]] = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""Unless the stage says otherwise."""
PREFLIGHT: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Encoding, Content-Type, If-None-Match, X-API-Key",
    "Access-Control-Max-Age": "7200",
}
READABLE: Final = "ETag, Retry-After"
NO_CONTENT: Final = 204


@dataclass(frozen=True, slots=True)
class Origins:
    """Those whose pages may use the API from a browser, exactly as browsers send them (`https://app.example.com`).

    Keys travel in headers and never in cookies, so no answer allows credentials. See https://fetch.spec.whatwg.org/#cors-protocol.
    """

    allowed: frozenset[str]

    @classmethod
    def of(cls, listed: str) -> Self:
        """From a list with spaces between."""
        return cls(frozenset(listed.split()))

    def share(self, request: Mapping[str, Any], answered: dict[str, Any]) -> dict[str, Any]:
        """The answer with its headers; what does not go to the gateway (a policy, the outcome of a tick) as it is."""
        if "statusCode" not in answered:
            return answered
        return {**answered, "headers": self._beside(request, {**PROTECTION, **answered["headers"]})}

    def preflight(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """To a browser that asks whether a page may send what it wants to send: silence is a no."""
        may = PREFLIGHT if self._origin(request) else {}
        return {"statusCode": NO_CONTENT, "headers": self._beside(request, {**PROTECTION, **may}), "body": ""}

    def _beside(self, request: Mapping[str, Any], headers: dict[str, str]) -> dict[str, str]:
        if not self.allowed:
            return headers
        # Whoever keeps an answer must not hand one page what was meant for another.
        varied = {**headers, "Vary": ", ".join(filter(None, (headers.get("Vary"), "Origin")))}
        origin = self._origin(request)
        if origin is None:
            return varied
        return {**varied, "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": READABLE}

    def _origin(self, request: Mapping[str, Any]) -> str | None:
        headers: Mapping[str, str] = request.get("headers") or {}
        sent = next((value for name, value in headers.items() if name.lower() == "origin"), None)
        return sent if sent in self.allowed else None
