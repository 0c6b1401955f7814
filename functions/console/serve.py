"""From the gateway's requests to the page, its parts and its facts, each with what a browser may do with it."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aws_lambda_powertools import Logger, Metrics as Meter
from aws_lambda_powertools.metrics import MetricUnit

from functions.console.site import File, Site
from shared.errors import RejectedRequestError
from shared.observability.metrics import MetricName
from shared.observability.origins import Origins
from shared.observability.responses import answer, rejection_answer

OK: Final = 200
FOUND: Final = 302
OF_THE_API: Final = frozenset({"v1", "api"})
ARRIVED: Final = "arrived"
"""A parameter that tells a redirect that it has been followed, should a gateway take the slash away again."""

FOR_EVER: Final = "public, max-age=31536000, immutable"
NEVER: Final = "no-store"
SECURITY: Final[Mapping[str, str]] = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


@dataclass(frozen=True, slots=True)
class Console:
    """`facts` are what the page asks for first; `elsewhere` the origins that it may talk to beside its own; pages of
    `origins` may use the API, of which browsers ask first, at any of its paths.
    """

    site: Site
    facts: Mapping[str, Any]
    elsewhere: tuple[str, ...]
    origins: Origins
    logger: Logger
    meter: Meter

    def serve(self, request: Mapping[str, Any]) -> dict[str, Any]:
        path = str((request.get("pathParameters") or {}).get("proxy") or "")
        try:
            asks_first = request.get("httpMethod") == "OPTIONS"
            answered = self.origins.preflight(request) if asks_first else self._answer(request, path.split("/"))
        except RejectedRequestError as error:
            answered = rejection_answer(error, str(request["requestContext"].get("requestId", "")))
        self.meter.add_metric(MetricName.CONSOLE_REQUESTS, MetricUnit.Count, 1)
        self.logger.info("console served", status=answered["statusCode"], path=path[:200])
        return answered

    def _answer(self, request: Mapping[str, Any], path: list[str]) -> dict[str, Any]:
        accepted = _header(request, "accept-encoding")
        match path:
            case [""]:
                return self._root(request, accepted)
            case ["config.json"]:
                return answer(OK, self.facts, {**SECURITY, "Cache-Control": NEVER})
            case ["assets", name]:
                return self._part(name, accepted)
            case [first, *_] if first in OF_THE_API:
                raise _nothing()
        return _redirect(f"{'../' * (len(path) - 1) or './'}?{ARRIVED}#/{'/'.join(path)}")

    def _root(self, request: Mapping[str, Any], accepted: str) -> dict[str, Any]:
        """The page names its parts relative to itself, which needs the slash behind the stage's name."""
        asked = str(request["requestContext"].get("path", "/"))
        if not asked.endswith("/") and ARRIVED not in (request.get("queryStringParameters") or {}):
            return _redirect(f"./{asked.rpartition('/')[2]}/?{ARRIVED}")
        headers = {"Cache-Control": NEVER, "Content-Security-Policy": self._policy()}
        return _file(self.site.page(accepted), headers)

    def _part(self, name: str, accepted: str) -> dict[str, Any]:
        part = self.site.part(name, accepted)
        if part is None:
            raise _nothing()
        return _file(part, {"Cache-Control": FOR_EVER})

    def _policy(self) -> str:
        """Scripts are our own files alone. Styles may be inline: the components and the tool tips set them."""
        return "; ".join(
            (
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self' 'unsafe-inline'",
                "img-src 'self' data: blob:",
                "font-src 'self'",
                " ".join(("connect-src 'self'", *self.elsewhere)),
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
            )
        )


def _file(file: File, headers: Mapping[str, str]) -> dict[str, Any]:
    encoded = {"Content-Encoding": file.encoding} if file.encoding else {}
    return {
        "statusCode": OK,
        "headers": {**SECURITY, "Vary": "Accept-Encoding", "Content-Type": file.content_type, **encoded, **headers},
        "body": b64encode(file.content).decode(),
        "isBase64Encoded": True,
    }


def _redirect(location: str) -> dict[str, Any]:
    return {
        "statusCode": FOUND,
        "headers": {**SECURITY, "Location": location, "Cache-Control": NEVER},
        "body": "",
    }


def _header(request: Mapping[str, Any], name: str) -> str:
    headers: Mapping[str, str] = request.get("headers") or {}
    return next((value for given, value in headers.items() if given.lower() == name), "")


def _nothing() -> RejectedRequestError:
    return RejectedRequestError(404, "not_found", "there is nothing at this path")
