"""OTLP's answers: in the request's own encoding, with a partial success where something was refused, and errors as a
google.rpc.Status.

https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from functions.ingestion.foreign import media_type, unsupported_media_type
from shared.events.decoding import Rejection

PROTOBUF: Final = "application/x-protobuf"
PROTOBUF_TYPES: Final = (PROTOBUF, "application/protobuf", "application/vnd.google.protobuf")
JSON_TYPES: Final = ("application/json", "text/json")
OK: Final = 200
MOST_REASONS: Final = 5
_INVALID_ARGUMENT: Final = 3
_STATUS_CODES: Final[Mapping[int, int]] = {401: 16, 403: 7, 404: 5, 429: 8, 503: 14}
"""Of google.rpc.Code: unauthenticated, permission denied, not found, resource exhausted, unavailable."""
_NUMBER, _LENGTH = 0, 2
_SEVEN_BITS, _MORE = 0x7F, 0x80


def is_protobuf(headers: Mapping[str, str]) -> bool:
    """Raises RejectedRequestError for what is neither encoding."""
    media = media_type(headers.get("content-type", ""))
    if media not in (*PROTOBUF_TYPES, *JSON_TYPES):
        raise unsupported_media_type(f"{PROTOBUF} or application/json")
    return media in PROTOBUF_TYPES


def partial_success(refused: str, rejections: Sequence[Rejection]) -> dict[str, Any]:
    """The content of an answer, `refused` being what this path calls the count of what was refused."""
    if not rejections:
        return {}
    items = len({rejection.index for rejection in rejections})
    return {"partialSuccess": {refused: str(items), "errorMessage": reasons(rejections)}}


def reasons(rejections: Sequence[Rejection]) -> str:
    """The first few, by place in the request.

    >>> reasons([Rejection(3, "missing_id", "Expected ids")])
    '3: missing_id: Expected ids'
    """
    told = [f"{each.index}: {each.code}: {each.message}" for each in rejections[:MOST_REASONS]]
    more = len(rejections) - len(told)
    return "; ".join(told) + (f"; and {more} more" if more > 0 else "")


def dressed(headers: Mapping[str, str], answer: dict[str, Any]) -> dict[str, Any]:
    """The hub's answer as OTLP has it."""
    content = msgspec.json.decode(answer["body"])
    message = None if answer["statusCode"] == OK else _status(answer["statusCode"], content)
    if media_type(headers.get("content-type", "")) in PROTOBUF_TYPES:
        encoded = _encoded_success(content) if message is None else _encoded(message["code"], message["message"])
        own = {"body": b64encode(encoded).decode(), "isBase64Encoded": True}
        return {**answer, **own, "headers": {**answer["headers"], "Content-Type": PROTOBUF}}
    return answer if message is None else {**answer, "body": msgspec.json.encode(message).decode()}


def _status(status: int, content: Mapping[str, Any]) -> dict[str, Any]:
    error = content["error"]
    rejections = msgspec.convert(content.get("rejected", []), list[Rejection])
    message = f"{error['code']}: {error['message']}" + (f" ({reasons(rejections)})" if rejections else "")
    return {"code": _STATUS_CODES.get(status, _INVALID_ARGUMENT), "message": message}


def _encoded_success(content: Mapping[str, Any]) -> bytes:
    """An Export...Response; those of all three paths have the same fields by number."""
    partial = content.get("partialSuccess")
    if partial is None:
        return b""
    message = partial["errorMessage"]
    refused = next(int(count) for name, count in partial.items() if name != "errorMessage")
    return _field(1, _LENGTH, _encoded(refused, message))


def _encoded(number: int, text: str) -> bytes:
    """A message of a number and a text, as a Status and a partial success both are."""
    return _field(1, _NUMBER, _varint(number), whole=True) + _field(2, _LENGTH, text.encode())


def _field(number: int, kind: int, content: bytes, *, whole: bool = False) -> bytes:
    return bytes((number << 3 | kind,)) + (content if whole else _varint(len(content)) + content)


def _varint(number: int) -> bytes:
    """As protobuf has it.

    >>> _varint(300).hex()
    'ac02'
    """
    groups = bytearray()
    while number > _SEVEN_BITS:
        groups.append(number & _SEVEN_BITS | _MORE)
        number >>= 7
    return bytes((*groups, number))
