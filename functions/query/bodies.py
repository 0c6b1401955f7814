"""The JSON that a request carries, as the model that it must be."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from shared.errors import RejectedRequestError

MOST_BYTES: Final = 64 * 1024

Model = TypeVar("Model", bound=BaseModel)


def body_of(request: Mapping[str, Any], model: type[Model], most_bytes: int = MOST_BYTES) -> Model:
    """RejectedRequestError 400 says what is wrong, field by field; 413 that it is too much."""
    body = _text(request)
    if len(body) > most_bytes:
        raise RejectedRequestError(413, "body_too_large", f"A body is at most {most_bytes} bytes")
    return parsed(body, model)


def parsed(body: bytes, model: type[Model]) -> Model:
    """RejectedRequestError 400 says what is wrong, field by field."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        wrong = {".".join(map(str, each["loc"])) or "body": _message(each) for each in error.errors()}
        message = "; ".join(f"{field}: {what}" for field, what in wrong.items())
        raise RejectedRequestError(400, "invalid_body", message, wrong) from None


def _text(request: Mapping[str, Any]) -> bytes:
    text = request.get("body") or ""
    try:
        return b64decode(text, validate=True) if request.get("isBase64Encoded") else text.encode()
    except ValueError:
        raise RejectedRequestError(400, "unreadable_body", "The body could not be read") from None


def _message(error: Any) -> str:
    return "there is no such field" if error["type"] == "extra_forbidden" else str(error["msg"])
