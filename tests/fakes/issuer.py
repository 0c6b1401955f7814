"""An issuer of OpenID Connect: keys of its own, tokens signed with them."""

import json
from datetime import timedelta
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from shared.errors import TransientError
from tests.builders.access import NOW

ISSUER = "https://id.example.com/realms/acme"
AUDIENCE = "llm-analytics-api"


@cache
def rsa_key(name: str = "first", bits: int = 2048) -> rsa.RSAPrivateKey:
    """One for each name; making one takes a tenth of a second."""
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public(key: Any, kid: str, **fields: str) -> dict[str, Any]:
    """As an issuer publishes it."""
    algorithm = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": kid, **fields}


def claims(**changes: Any) -> dict[str, Any]:
    told = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "u-1",
        "exp": (NOW + timedelta(minutes=5)).timestamp(),
        "tenant": "acme",
        "roles": ["analyst"],
        **changes,
    }
    return {name: value for name, value in told.items() if value is not None}


def token(
    told: dict[str, Any] | None = None,
    *,
    key: Any = None,
    algorithm: str = "RS256",
    kid: str | None = "k-1",
    **headers: Any,
) -> str:
    named = {"kid": kid, **headers} if kid else headers
    return jwt.encode(claims() if told is None else told, key or rsa_key(), algorithm, named)


class FakeIssuer:
    """Counts how often its keys are asked for, and is out of reach on request."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.keys = list(keys)
        self.asked = 0
        self.is_down = False

    def keys_of(self, issuer: str, jwks_uri: str | None) -> list[dict[str, Any]]:
        del issuer, jwks_uri
        self.asked += 1
        if self.is_down:
            raise TransientError("out of reach")
        return list(self.keys)
