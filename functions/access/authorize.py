"""From the headers of a request to who makes it: by an API key, or by a token of an issuer that the deployment trusts."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from functions.access.tokens import Tokens, is_token
from shared.access.keys import AccessKey, ApiKey
from shared.access.principal import Principal
from shared.access.stores import AccessKeyStore
from shared.errors import RejectedRequestError

CACHED_FOR: Final = timedelta(seconds=30)
UNAUTHORIZED: Final = 401


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and what the gateway meters it by."""

    principal: Principal
    usage_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Looks keys up, and remembers those it found for half a minute: a revoked key works no longer than that.

    Only keys that exist are remembered, so what anybody sends cannot fill the memory. Users who come with tokens share the
    gateway key of their rate plan, `<prefix>-users-<plan>`.
    """

    store: AccessKeyStore
    tokens: Tokens
    clock: Callable[[], datetime]
    prefix: str
    _found: dict[str, tuple[AccessKey, datetime]] = field(default_factory=dict, repr=False)

    def authorize(self, request: Mapping[str, Any]) -> Caller:
        """The caller of a request; RejectedRequestError 401 whose code says what was wrong, for the log alone."""
        secret = secret_in(headers_of(request))
        if is_token(secret):
            user = self.tokens.principal_of(secret)
            return Caller(user, f"{self.prefix}-users-{user.rate_plan}")
        key = self._valid(secret)
        return Caller(key.principal, key.digest)

    def _valid(self, text: str) -> AccessKey:
        secret = ApiKey.parse(text)
        if secret is None:
            raise _refused("malformed_key")
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


def secret_in(headers: Mapping[str, str]) -> str:
    """What is in `X-API-Key`, or else in `Authorization`: after `Bearer`, or as the password of `Basic`, whatever the user
    is called.
    """
    secret = headers.get("x-api-key", "").strip() or _authorized(headers.get("authorization", "").strip())
    if not secret:
        raise _refused("no_key")
    return secret


def _authorized(authorization: str) -> str:
    scheme, _, credentials = authorization.partition(" ")
    match scheme.lower():
        case "bearer":
            return credentials.strip()
        case "basic":
            return _password(credentials)
    return ""


def _password(credentials: str) -> str:
    try:
        return b64decode(credentials.strip(), validate=True).decode().partition(":")[2].strip()
    except ValueError:
        raise _refused("malformed_key") from None


def _refused(code: str) -> RejectedRequestError:
    return RejectedRequestError(UNAUTHORIZED, code, "an API key is needed")
