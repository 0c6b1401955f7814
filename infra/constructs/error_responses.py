"""The gateway's own refusals in the hub's one shape of an error."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_apigateway as apigateway

RETRY_SOON = "1"
RETRY_TOMORROW = "3600"
PROTECTION = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """How the gateway answers in one case; without a message, in the gateway's own words."""

    kind: apigateway.ResponseType
    code: str
    status: int | None = None
    message: str | None = None
    retry_after: str | None = None

    def add_to(self, api: apigateway.RestApi, construct_id: str, origins: tuple[str, ...]) -> None:
        """Pages of `origins` may read it too."""
        api.add_gateway_response(
            construct_id,
            type=self.kind,
            status_code=str(self.status) if self.status else None,
            response_headers={name: f"'{value}'" for name, value in self._headers(origins).items()},
            templates={"application/json": self._body()},
        )

    def _headers(self, origins: tuple[str, ...]) -> Mapping[str, str]:
        later = {"Retry-After": self.retry_after} if self.retry_after else {}
        return {**PROTECTION, **later, **_shared(origins)}

    def _body(self) -> str:
        # messageString comes with its quotation marks.
        message = json.dumps(self.message) if self.message else "$context.error.messageString"
        error = f'"code": {json.dumps(self.code)}, "message": {message}, "request_id": "$context.requestId"'
        return f'{{"error": {{{error}}}}}'


def _shared(origins: tuple[str, ...]) -> Mapping[str, str]:
    """The gateway cannot choose between origins. Of several it says any: a refusal holds nothing but what was wrong."""
    if not origins:
        return {}
    origin = origins[0] if len(origins) == 1 else "*"
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "Retry-After"}


_KINDS = apigateway.ResponseType

REFUSALS: tuple[Refusal, ...] = (
    Refusal(
        _KINDS.UNAUTHORIZED, "unauthorized", 401, "A valid API key or token is needed, in X-API-Key or Authorization."
    ),
    Refusal(_KINDS.ACCESS_DENIED, "forbidden", 403, "The key or token does not permit this."),
    Refusal(_KINDS.INVALID_API_KEY, "forbidden", 403, "The API key belongs to no rate plan."),
    Refusal(_KINDS.THROTTLED, "throttled", 429, "Too many requests a second for this key.", RETRY_SOON),
    Refusal(
        _KINDS.QUOTA_EXCEEDED, "quota_exceeded", 429, "The key's requests of the month are used up.", RETRY_TOMORROW
    ),
    Refusal(_KINDS.REQUEST_TOO_LARGE, "too_large", 413, "The request is over the limit of 4 MB."),
    Refusal(_KINDS.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", 415, "The content type is not taken."),
    # So the gateway calls a path or method that it does not have.
    Refusal(_KINDS.MISSING_AUTHENTICATION_TOKEN, "not_found", 404, "There is nothing at this path and method."),
    Refusal(_KINDS.RESOURCE_NOT_FOUND, "not_found", 404, "There is nothing at this path and method."),
    Refusal(_KINDS.WAF_FILTERED, "forbidden", 403, "The firewall took the request, or so many of them, for an attack."),
    Refusal(_KINDS.DEFAULT_4_XX, "bad_request"),
    # Whatever failed behind the gateway, sending the same request again is right and harmless.
    Refusal(_KINDS.DEFAULT_5_XX, "unavailable", 503, "The hub could not answer; please try again.", RETRY_SOON),
)
