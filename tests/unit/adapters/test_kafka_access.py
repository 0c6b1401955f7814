"""Our token is the one that AWS's signer makes."""

from base64 import urlsafe_b64decode
from urllib.parse import parse_qs, urlsplit

import botocore.auth
import pytest
from aws_msk_iam_sasl_signer import MSKAuthTokenProvider

from shared.adapters.kafka_access import kafka_access, token
from shared.adapters.signing import Credentials
from tests.builders.events import NOON

REGION = "eu-west-1"
SESSION_TOKEN = "a/session+token=="


def opened(made: str) -> tuple[str, dict[str, list[str]]]:
    """Who is asked and what, but for the name of the program that asks, which is not signed."""
    parts = urlsplit(urlsafe_b64decode(made + "=" * (-len(made) % 4)).decode())
    query = parse_qs(parts.query)
    query.pop("User-Agent")
    return f"{parts.scheme}://{parts.netloc}{parts.path}", query


@pytest.mark.parametrize("session_token", [None, SESSION_TOKEN])
def test_token_is_that_of_the_signer_of_aws(session_token: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda **_: NOON.replace(tzinfo=None))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    if session_token:
        monkeypatch.setenv("AWS_SESSION_TOKEN", session_token)
    theirs, expires_ms = MSKAuthTokenProvider.generate_auth_token(REGION)

    ours, expires = token(REGION, Credentials("AKID", "secret", session_token), NOON)

    assert opened(ours) == opened(theirs)
    assert expires * 1_000 == expires_ms


def test_a_client_is_let_in_with_the_role_of_its_function() -> None:
    environment = {"AWS_REGION": REGION, "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}

    access = kafka_access(environment)

    made, expires = access["oauth_cb"]("")
    assert (access["security.protocol"], access["sasl.mechanisms"]) == ("SASL_SSL", "OAUTHBEARER")
    assert opened(made)[0] == f"https://kafka.{REGION}.amazonaws.com/"
    assert expires > NOON.timestamp()
