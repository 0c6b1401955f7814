"""What API Gateway hands to a function: the proxy event of a POST of events, by a client that may write."""

from base64 import b64encode
from typing import Any

PRINCIPAL = {"tenant": "acme", "role": "api_client", "key_id": "key-1", "rate_plan": "standard"}


def posted(body: bytes | None, *, principal: dict[str, str] | None = None, **headers: str) -> dict[str, Any]:
    """Header names with an underscore for the dash; the body in base64, as with binary media types."""
    return {
        "httpMethod": "POST",
        "path": "/v1/events",
        "headers": {name.replace("_", "-").title(): value for name, value in headers.items()},
        "body": None if body is None else b64encode(body).decode(),
        "isBase64Encoded": body is not None,
        "requestContext": {"requestId": "request-1", "authorizer": PRINCIPAL if principal is None else principal},
    }
