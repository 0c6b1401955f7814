"""What an API stage answers, in the shape that API Gateway's proxy integration wants.

Errors look alike everywhere: `{"error": {code, message, request_id, fields?}}`.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from shared.errors import RejectedRequestError, TransientError

TOO_MANY_REQUESTS = 429
SERVICE_UNAVAILABLE = 503


def answer(status: int, content: Any, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Any content that msgspec can write as JSON."""
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", **(headers or {})},
        "body": msgspec.json.encode(content).decode(),
    }


def rejection_answer(error: RejectedRequestError, request_id: str, **beside: Any) -> dict[str, Any]:
    """The client's fault, with what else it should know beside the error; as it is, the request will never be served."""
    return answer(error.status, {"error": _error(error.code, error.message, request_id, error.fields), **beside})


def unavailable_answer(error: TransientError, request_id: str, **beside: Any) -> dict[str, Any]:
    """The hub's trouble, of which the client learns no more than when to come again, and what is beside the error."""
    trouble = _error("service_unavailable", "The hub cannot serve this request now; send it again", request_id, {})
    return _later(SERVICE_UNAVAILABLE, error, {"error": trouble, **beside})


def throttled_answer(error: TransientError, request_id: str, **beside: Any) -> dict[str, Any]:
    """More came at once than the hub was made for: as above, but the client had better slow down."""
    trouble = _error("throttled", "The hub takes no more at the moment; send it again, slower", request_id, {})
    return _later(TOO_MANY_REQUESTS, error, {"error": trouble, **beside})


def _later(status: int, error: TransientError, content: Mapping[str, Any]) -> dict[str, Any]:
    seconds = max(1, round(error.retry_after.total_seconds()))
    return answer(status, content, {"Retry-After": str(seconds)})


def _error(code: str, message: str, request_id: str, fields: Mapping[str, str]) -> dict[str, Any]:
    error = {"code": code, "message": message, "request_id": request_id}
    return {**error, "fields": dict(fields)} if fields else error
