"""The public keys of OpenID Connect issuers, over HTTPS."""

from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from shared.errors import TransientError

TIMEOUT_SECONDS: Final = 3.0
MOST_BYTES: Final = 256 * 1024
DISCOVERY: Final = "/.well-known/openid-configuration"
_LOOPBACK: Final = ("127.0.0.1", "localhost")


class HttpKeySource:
    """Follows no redirect, and plain HTTP only to this very machine."""

    def keys_of(self, issuer: str, jwks_uri: str | None) -> list[dict[str, Any]]:
        """TransientError unless the issuer tells its keys."""
        address = jwks_uri or _get(issuer.rstrip("/") + DISCOVERY).get("jwks_uri")
        keys = _get(str(address)).get("keys")
        if not isinstance(keys, list):
            raise TransientError("issuer's keys: there are none")
        return [key for key in keys if isinstance(key, dict)]


def _get(address: str) -> dict[str, Any]:
    try:
        status, body = _answer(address)
        if status != HTTPStatus.OK or len(body) > MOST_BYTES:
            raise TransientError(f"issuer's keys: status {status}, {len(body)} bytes")
        return msgspec.json.decode(body, type=dict[str, Any])
    except (OSError, HTTPException, ValueError) as error:
        raise TransientError(f"issuer's keys: {type(error).__name__}") from error


def _answer(address: str) -> tuple[int, bytes]:
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise ValueError("not https")
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
        answer = connection.getresponse()
        return answer.status, answer.read(MOST_BYTES + 1)
    finally:
        connection.close()
