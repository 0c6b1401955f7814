"""What a client may keep of an answer, and for how long."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from shared.windows.state import LIFE_OF_STATE

OK: Final = 200
NOT_MODIFIED: Final = 304
ASK_AGAIN: Final = "private, no-cache"
"""It may be kept, but whether it is still true must be asked (If-None-Match)."""
FOR_EVER: Final = "private, max-age=604800, immutable"
WHOEVER_ASKS: Final = "X-API-Key, Authorization"


def lasting(end: datetime, now: datetime) -> str:
    """How long an answer about windows that end by `end` holds: a late event may revise one until its state is gone."""
    return FOR_EVER if end <= now - LIFE_OF_STATE else ASK_AGAIN


def cacheable(request: Mapping[str, Any], answered: dict[str, Any]) -> dict[str, Any]:
    """The answer to a GET with its ETag; 304 without a body when the client has it already."""
    if request["httpMethod"] != "GET" or answered["statusCode"] != OK:
        return answered
    tag = f'"{blake2b(answered["body"].encode(), digest_size=12).hexdigest()}"'
    kept = {"Cache-Control": ASK_AGAIN, **answered["headers"], "ETag": tag, "Vary": WHOEVER_ASKS}
    if tag in _known(request):
        return {"statusCode": NOT_MODIFIED, "headers": kept, "body": ""}
    return {**answered, "headers": kept}


def _known(request: Mapping[str, Any]) -> list[str]:
    headers = {name.lower(): value for name, value in (request.get("headers") or {}).items()}
    return [tag.strip().removeprefix("W/") for tag in str(headers.get("if-none-match", "")).split(",")]
