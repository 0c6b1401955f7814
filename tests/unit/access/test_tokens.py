"""Tokens of OpenID Connect: what is believed, and everything that is not."""

import json
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest

from functions.access.tokens import KEYS_LIVE_FOR, KEYS_REST_FOR, Issuer, Tokens, is_token
from shared.access.roles import Role
from shared.errors import RejectedRequestError, TransientError
from tests.builders.access import NOW, SECRET
from tests.fakes.issuer import AUDIENCE, ISSUER, FakeIssuer, claims, ec_key, public, rsa_key, token

TRUSTED = Issuer(ISSUER, AUDIENCE, roles={"llm-admins": Role.ADMIN})


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def source() -> FakeIssuer:
    return FakeIssuer(public(rsa_key(), "k-1"), public(ec_key(), "k-2", use="sig"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(source: FakeIssuer, clock: Clock) -> Tokens:
    return Tokens([TRUSTED], source, clock)


def refusal(tokens: Tokens, sent: str) -> str:
    with pytest.raises(RejectedRequestError) as refused:
        tokens.principal_of(sent)
    assert refused.value.status == 401
    return refused.value.code


def unsigned(header: dict[str, Any], told: dict[str, Any]) -> str:
    parts = [urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, told)]
    return ".".join([*parts, ""])


def test_a_signed_token_is_a_principal_of_its_tenant(tokens: Tokens) -> None:
    principal = tokens.principal_of(token())

    assert (principal.tenant, principal.role, principal.rate_plan) == ("acme", Role.ANALYST, "standard")
    assert principal.key_id.startswith("user_")
    assert "u-1" not in principal.key_id


def test_elliptic_curves_and_lists_of_audiences_are_taken(tokens: Tokens) -> None:
    sent = token(claims(aud=["other", AUDIENCE]), key=ec_key(), algorithm="ES256", kid="k-2")

    assert tokens.principal_of(sent).tenant == "acme"


@pytest.mark.parametrize(
    ("told", "role"),
    [
        ({"roles": ["developer", "llm-admins"]}, Role.ADMIN),
        ({"roles": "developer"}, Role.DEVELOPER),
        ({"roles": None, "realm_access": {"roles": ["api_client"]}}, Role.API_CLIENT),
        ({"roles": None, "groups": ["llm-admins"]}, Role.ADMIN),
        ({"roles": ["emperor", 7]}, Role.VIEWER),
        ({"roles": {"admin": True}, "realm_access": "admin"}, Role.VIEWER),
        ({"roles": None}, Role.VIEWER),
    ],
)
def test_the_strongest_known_role_counts_and_no_role_is_a_viewer(
    tokens: Tokens, told: dict[str, Any], role: Role
) -> None:
    assert tokens.principal_of(token(claims(**told))).role == role


def test_a_tenant_may_be_that_of_all_users_of_an_issuer_or_in_a_claim_with_dots(
    source: FakeIssuer, clock: Clock
) -> None:
    fixed = Tokens([Issuer(ISSUER, AUDIENCE, tenant="globex")], source, clock)
    named = Tokens([Issuer(ISSUER, AUDIENCE, tenant_claim="https://acme.example/tenant")], source, clock)

    assert fixed.principal_of(token(claims(tenant="acme"))).tenant == "globex"
    assert named.principal_of(token(claims(**{"https://acme.example/tenant": "initech"}))).tenant == "initech"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (claims(iss="https://evil.example"), "unknown_issuer"),
        (claims(iss=None), "unknown_issuer"),
        (claims(iss=ISSUER + "/"), "unknown_issuer"),
        (claims(aud="another-api"), "other_audience"),
        (claims(aud=None), "other_audience"),
        (claims(exp=(NOW - timedelta(seconds=60)).timestamp()), "expired_token"),
        (claims(exp=None), "expired_token"),
        (claims(exp="never"), "expired_token"),
        (claims(exp=True), "expired_token"),
        (claims(nbf=(NOW + timedelta(seconds=61)).timestamp()), "token_not_valid_yet"),
        (claims(nbf=[]), "token_not_valid_yet"),
        (claims(tenant=None), "no_tenant"),
        (claims(tenant="a#b"), "no_tenant"),
        (claims(tenant=["acme"]), "no_tenant"),
    ],
)
def test_claims_that_do_not_hold_are_refused(tokens: Tokens, told: dict[str, Any], code: str) -> None:
    assert refusal(tokens, token(told)) == code


def test_clocks_may_differ_by_a_minute(tokens: Tokens) -> None:
    told = claims(
        exp=(NOW - timedelta(seconds=59)).timestamp(), nbf=(NOW + timedelta(seconds=59)).timestamp(), iat=2e10
    )

    assert tokens.principal_of(token(told)).tenant == "acme"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "HS256", "HS512", "", None, 7])
def test_no_signature_and_shared_secrets_are_refused(tokens: Tokens, source: FakeIssuer, algorithm: object) -> None:
    assert refusal(tokens, unsigned({"alg": algorithm, "kid": "k-1"}, claims())) in {
        "refused_algorithm",
        "malformed_token",
    }
    assert source.asked == 0


def test_the_public_key_as_a_shared_secret_signs_nothing(tokens: Tokens) -> None:
    modulus = public(rsa_key(), "k-1")["n"].encode()

    assert refusal(tokens, jwt.encode(claims(), modulus, "HS256", {"kid": "k-1"})) == "refused_algorithm"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (token(key=rsa_key("stranger")), "invalid_signature"),
        (token(algorithm="RS256", kid="k-2"), "invalid_signature"),
        (token(kid="k-9"), "unknown_signing_key"),
        (token(kid=None), "unknown_signing_key"),
        (token(crit=["exp"]), "malformed_token"),
        (token()[:-4] + "AAAA", "invalid_signature"),
        ("a.b.c", "malformed_token"),
        (unsigned({"alg": "RS256"}, {}).replace(".", ".", 1), "unknown_issuer"),
    ],
)
def test_what_the_issuer_did_not_sign_is_refused(tokens: Tokens, sent: str, code: str) -> None:
    assert refusal(tokens, sent) == code


def test_a_key_for_encryption_or_one_that_is_weak_signs_nothing(source: FakeIssuer, tokens: Tokens) -> None:
    source.keys = [public(rsa_key(), "k-1", use="enc"), public(rsa_key("weak", 1024), "k-3")]

    assert refusal(tokens, token()) == "unknown_signing_key"
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        sent = token(key=rsa_key("weak", 1024), kid="k-3")
    assert refusal(tokens, sent) == "weak_signing_key"


def test_a_symmetric_key_among_the_issuers_verifies_nothing(source: FakeIssuer, tokens: Tokens) -> None:
    source.keys = [{"kty": "oct", "k": "c2VjcmV0", "kid": "k-1"}]

    assert refusal(tokens, token()) == "invalid_signature"


def test_the_only_key_need_not_be_named(source: FakeIssuer, tokens: Tokens) -> None:
    source.keys = [public(rsa_key(), "k-1")]

    assert tokens.principal_of(token(kid=None)).tenant == "acme"


def test_keys_are_read_once_an_hour_and_for_an_unknown_one_once_a_minute(
    tokens: Tokens, source: FakeIssuer, clock: Clock
) -> None:
    for _ in range(3):
        tokens.principal_of(token())
        refusal(tokens, token(kid="k-9"))
    assert source.asked == 1

    clock.now += KEYS_REST_FOR
    source.keys.append(public(rsa_key("second"), "k-9"))
    assert tokens.principal_of(token(key=rsa_key("second"), kid="k-9")).tenant == "acme"
    assert source.asked == 2

    clock.now += KEYS_LIVE_FOR
    refusal(tokens, token(claims(aud="x")))
    assert source.asked == 3


def test_old_keys_hold_while_the_issuer_is_out_of_reach(tokens: Tokens, source: FakeIssuer, clock: Clock) -> None:
    source.is_down = True
    with pytest.raises(TransientError):
        tokens.principal_of(token())
    source.is_down = False
    tokens.principal_of(token())

    source.is_down = True
    clock.now += KEYS_LIVE_FOR

    assert tokens.principal_of(token(claims(exp=(clock.now + KEYS_LIVE_FOR).timestamp()))).tenant == "acme"


def test_an_api_key_is_no_token() -> None:
    assert not is_token(SECRET.secret)
    assert is_token(token())
    assert not is_token("a." + "b" * 20_000 + ".c")
