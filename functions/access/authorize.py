"""From the headers of a request to the key that it is made with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from shared.access.keys import AccessKey, ApiKey
from shared.access.stores import AccessKeyStore
from shared.errors import RejectedRequestError

CACHED_FOR: Final = timedelta(seconds=30)
UNAUTHORIZED: Final = 401
_BEARER: Final = "bearer "


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Looks keys up, and remembers those it found for half a minute: a revoked key works no longer than that.

    Only keys that exist are remembered, so what anybody sends cannot fill the memory.
    """

    store: AccessKeyStore
    clock: Callable[[], datetime]
    _found: dict[str, tuple[AccessKey, datetime]] = field(default_factory=dict, repr=False)

    def authorize(self, request: Mapping[str, Any]) -> AccessKey:
        """The valid key of a request; RejectedRequestError 401 whose code says what was wrong, for the log alone."""
        secret = key_in(headers_of(request))
        key = self._look_up(secret.digest)
        if key is None:
            raise _refused("unknown_key")
        if not key.is_valid(self.clock()):
            raise _refused("expired_key" if key.revoked_at is None else "revoked_key")
        return key

    def _look_up(self, digest: str) -> AccessKey | None:
        now = self.clock()
        key, found_at = self._found.get(digest, (None, now))
        if key is None or now - found_at >= CACHED_FOR:
            key = self.store.find(digest)
            if key is not None:
                self._found[digest] = key, now
        return key


def headers_of(request: Mapping[str, Any]) -> dict[str, str]:
    """By lower-case name; of a header that came more than once, the first."""
    single = {name: [value] for name, value in (request.get("headers") or {}).items()}
    several = single | (request.get("multiValueHeaders") or {})
    return {name.lower(): values[0] for name, values in several.items() if values}


def key_in(headers: Mapping[str, str]) -> ApiKey:
    """The key in `X-API-Key`, or else in `Authorization: Bearer`."""
    authorization = headers.get("authorization", "")
    bearer = authorization[len(_BEARER) :] if authorization.lower().startswith(_BEARER) else ""
    text = (headers.get("x-api-key") or bearer).strip()
    if not text:
        raise _refused("no_key")
    key = ApiKey.parse(text)
    if key is None:
        raise _refused("malformed_key")
    return key


def _refused(code: str) -> RejectedRequestError:
    return RejectedRequestError(UNAUTHORIZED, code, "an API key is needed")
