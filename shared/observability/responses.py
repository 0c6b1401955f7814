"""What an API stage answers, in the shape that API Gateway's proxy integration wants.

Errors look alike everywhere: `{"error": {code, message, request_id, fields?}}`.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from shared.errors import RejectedRequestError, TransientError

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


def unavailable_answer(error: TransientError, request_id: str) -> dict[str, Any]:
    """The hub's trouble, of which the client learns no more than when to come again."""
    trouble = _error("service_unavailable", "The hub cannot serve this request now; send it again", request_id, {})
    seconds = max(1, round(error.retry_after.total_seconds()))
    return answer(SERVICE_UNAVAILABLE, {"error": trouble}, {"Retry-After": str(seconds)})


def _error(code: str, message: str, request_id: str, fields: Mapping[str, str]) -> dict[str, Any]:
    error = {"code": code, "message": message, "request_id": request_id}
    return {**error, "fields": dict(fields)} if fields else error
