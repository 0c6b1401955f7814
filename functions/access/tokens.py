"""Bearer tokens of OpenID Connect: a signed statement of a trusted issuer, turned into a principal.

Only issuers that the deployment names are believed, only asymmetric algorithms, only with an audience and an end; `none`
and every shared-secret algorithm are refused before anything else is looked at (RFC 8725).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Final, Protocol

from shared.access.principal import Principal
from shared.access.roles import Role
from shared.errors import RejectedRequestError, TransientError

ALGORITHMS: Final = frozenset(
    ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
)
LONGEST_TOKEN: Final = 16_384
SKEW: Final = timedelta(seconds=60)
KEYS_LIVE_FOR: Final = timedelta(hours=1)
KEYS_REST_FOR: Final = timedelta(minutes=1)
"""An unknown key id makes the keys be read again, but not more often than this, whoever sends it."""
LEAST_RSA_BITS: Final = 2048

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_TENANT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer that is trusted, and how its claims are read.

    The tenant is `tenant` for all its users, or else what the claim `tenant_claim` says. `role_claims` are paths of claims
    in which roles are looked for; `roles` says which of them mean a role of the hub under another name.
    """

    issuer: str
    audience: str
    tenant: str | None = None
    tenant_claim: str = "tenant"
    role_claims: tuple[str, ...] = ("roles", "realm_access.roles", "groups")
    roles: Mapping[str, Role] = field(default_factory=dict)
    rate_plan: str = "standard"
    jwks_uri: str | None = None


class KeySource(Protocol):
    def keys_of(self, issuer: str, jwks_uri: str | None) -> list[dict[str, Any]]:
        """The issuer's public keys (RFC 7517); without the address of its keys, by its discovery document."""
        ...


@dataclass(frozen=True, slots=True)
class Tokens:
    issuers: Sequence[Issuer]
    source: KeySource
    clock: Callable[[], datetime]
    _keys: dict[str, tuple[list[dict[str, Any]], datetime]] = field(default_factory=dict, repr=False)

    def principal_of(self, token: str) -> Principal:
        """RejectedRequestError 401 whose code says what was wrong; TransientError if the issuer's keys cannot be had."""
        header, claims = _unverified(token)
        if header.get("alg") not in ALGORITHMS:
            raise _refused("refused_algorithm")
        issuer = next((each for each in self.issuers if each.issuer == claims.get("iss")), None)
        if issuer is None:
            raise _refused("unknown_issuer")
        _verify(token, self._key(issuer, header), header["alg"])
        self._check(issuer, claims)
        return _principal(issuer, claims)

    def _key(self, issuer: Issuer, header: Mapping[str, Any]) -> dict[str, Any]:
        found = _fitting(self._known(issuer, KEYS_LIVE_FOR), header) or _fitting(
            self._known(issuer, KEYS_REST_FOR), header
        )
        if found is None:
            raise _refused("unknown_signing_key")
        return found

    def _known(self, issuer: Issuer, life: timedelta) -> list[dict[str, Any]]:
        """Read again when older than `life`; while they cannot be read, the old ones hold."""
        now = self.clock()
        keys, read_at = self._keys.get(issuer.issuer, (None, now))
        if keys is None or now - read_at >= life:
            try:
                keys = self.source.keys_of(issuer.issuer, issuer.jwks_uri)
            except TransientError:
                if keys is None:
                    raise
            self._keys[issuer.issuer] = keys, now
        return keys

    def _check(self, issuer: Issuer, claims: Mapping[str, Any]) -> None:
        now = self.clock().timestamp()
        audience = claims.get("aud")
        if issuer.audience not in (audience if isinstance(audience, list) else [audience]):
            raise _refused("other_audience")
        expires, begins = _number(claims.get("exp")), _number(claims.get("nbf", 0))
        if expires is None or now >= expires + SKEW.total_seconds():
            raise _refused("expired_token")
        if begins is None or now < begins - SKEW.total_seconds():
            raise _refused("token_not_valid_yet")


_SIGNATURE_ALONE: Final[Any] = {f"verify_{claim}": False for claim in ("exp", "nbf", "iat", "aud", "sub", "jti")}
"""Claims are judged by `Tokens`, by its own clock."""


def is_token(secret: str) -> bool:
    """Whether it has the form of a signed token, which no API key has."""
    return len(secret) <= LONGEST_TOKEN and _TOKEN.fullmatch(secret) is not None


def _unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    import jwt  # noqa: PLC0415 - 60 ms that a request with an API key need not spend

    try:
        told = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.PyJWTError, RecursionError):
        raise _refused("malformed_token") from None
    return told["header"], told["payload"]


def _fitting(keys: Sequence[Mapping[str, Any]], header: Mapping[str, Any]) -> dict[str, Any] | None:
    """The key that the token names, or the only one if it names none; never one that is for encryption."""
    signing = [dict(key) for key in keys if key.get("use", "sig") == "sig"]
    if "kid" not in header:
        return signing[0] if len(signing) == 1 else None
    return next((key for key in signing if key.get("kid") == header["kid"]), None)


def _verify(token: str, key: dict[str, Any], algorithm: str) -> None:
    import jwt  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415

    try:
        public = jwt.PyJWK({**key, "alg": key.get("alg", algorithm)}).key
        if isinstance(public, RSAPublicKey) and public.key_size < LEAST_RSA_BITS:
            raise _refused("weak_signing_key")
        jwt.decode(token, public, algorithms=[algorithm], options=_SIGNATURE_ALONE)
    except (jwt.PyJWTError, TypeError, ValueError):
        raise _refused("invalid_signature") from None


def _principal(issuer: Issuer, claims: Mapping[str, Any]) -> Principal:
    tenant = issuer.tenant or claims.get(issuer.tenant_claim)
    if not isinstance(tenant, str) or not _TENANT.fullmatch(tenant):
        raise _refused("no_tenant")
    subject = f"{issuer.issuer} {claims.get('sub', '')}"
    user = f"user_{blake2b(subject.encode(errors='surrogatepass'), digest_size=16).hexdigest()}"
    return Principal(tenant, _role(issuer, claims), user, issuer.rate_plan)


def _role(issuer: Issuer, claims: Mapping[str, Any]) -> Role:
    """The role with the most permissions of those that the claims name; a viewer, if they name none."""
    named = [name for path in issuer.role_claims for name in _texts_at(claims, path)]
    known = [issuer.roles.get(name) or _NAMES.get(name) for name in named]
    return max((role for role in known if role), key=lambda role: len(role.permissions), default=Role.VIEWER)


def _texts_at(claims: Mapping[str, Any], path: str) -> list[str]:
    """A claim whose name is the whole path (namespaced ones have dots), or the one that the path leads to."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
    values = found if isinstance(found, list) else [found]
    return [value for value in values if isinstance(value, str)]


_NAMES: Final[Mapping[str, Role]] = {str(role): role for role in Role}


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _refused(code: str) -> RejectedRequestError:
    return RejectedRequestError(401, code, "a valid token is needed")
