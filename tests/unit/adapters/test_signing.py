"""Our signature is the one that botocore makes."""

from datetime import datetime

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials

from shared.adapters.signing import Credentials, Signer
from tests.builders.events import NOON

HEADERS = {
    "Content-Type": "application/x-amz-json-1.1",
    "Host": "kinesis.eu-west-1.amazonaws.com",
    "X-Amz-Target": "Kinesis_20131202.PutRecords",
}


@pytest.mark.parametrize("token", [None, "a/session+token=="])
@pytest.mark.parametrize("body", [b"", b'{"StreamName": "events"}'])
def test_signature_is_botocores(token: str | None, body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda **_: NOON.replace(tzinfo=None))
    request = AWSRequest("POST", "https://kinesis.eu-west-1.amazonaws.com/", headers=HEADERS, data=body)
    botocore.auth.SigV4Auth(BotoCredentials("AKID", "secret", token), "kinesis", "eu-west-1").add_auth(request)

    signed = Signer("kinesis", "eu-west-1").sign(HEADERS, body, Credentials("AKID", "secret", token), NOON)

    assert signed == dict(request.headers.items())


def test_the_key_of_a_day_is_not_that_of_another() -> None:
    def signature(now: datetime) -> str:
        headers = Signer("kinesis", "eu-west-1").sign(HEADERS, b"", Credentials("AKID", "secret"), now)
        return headers["Authorization"].rpartition("=")[2]

    assert signature(NOON) != signature(NOON.replace(day=23))


def test_credentials_do_not_show_their_secret() -> None:
    assert "secret" not in repr(Credentials("AKIDEXAMPLE", "secret", "secret"))
