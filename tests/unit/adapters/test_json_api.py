"""The connection: where it leads, and what becomes of one that breaks."""

from typing import Any

import pytest

from shared.adapters.json_api import JsonApi
from shared.errors import TransientError
from tests.fakes.aws_connection import BrokenConnection, MotoConnection

ENVIRONMENT = {"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}


@pytest.mark.parametrize(
    ("changes", "host"),
    [
        ({}, "kinesis.eu-west-1.amazonaws.com"),
        ({"AWS_REGION": "cn-north-1"}, "kinesis.cn-north-1.amazonaws.com.cn"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "us-east-1"}, "kinesis.us-east-1.amazonaws.com"),
        ({"AWS_ENDPOINT_URL": "https://localhost:4566"}, "localhost:4566"),
        ({"AWS_ENDPOINT_URL": "https://a", "AWS_ENDPOINT_URL_KINESIS": "https://b"}, "b"),
    ],
)
def test_endpoint_is_found_where_the_sdks_find_it(
    changes: dict[str, str], host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts: list[str] = []
    monkeypatch.setattr("shared.adapters.json_api.HTTPSConnection", lambda host, **_: hosts.append(host))

    JsonApi.of("kinesis", {**ENVIRONMENT, **changes})

    assert hosts == [host]


def test_an_emulator_is_spoken_to_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts: list[str] = []
    monkeypatch.setattr("shared.adapters.json_api.HTTPConnection", lambda host, **_: hosts.append(host))

    JsonApi.of("kinesis", {**ENVIRONMENT, "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"})

    assert hosts == ["127.0.0.1:4566"]


def test_a_connection_that_broke_is_closed_to_be_opened_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[BrokenConnection] = []

    def connection(host: str, **options: Any) -> BrokenConnection:
        made.append(BrokenConnection(host, **options))
        return made[0]

    monkeypatch.setattr("shared.adapters.json_api.HTTPSConnection", connection)
    api = JsonApi.of("kinesis", ENVIRONMENT)

    with pytest.raises(TransientError, match="PutRecords: ConnectionResetError"):
        api.post("PutRecords", b"{}")

    assert made[0].closed == 1


def test_credentials_that_are_not_in_the_environment_are_the_sdks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    sent: list[dict[str, str]] = []

    class Recorded(MotoConnection):
        def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> None:  # noqa: ARG002 http.client's
            sent.append(headers)

    monkeypatch.setattr("shared.adapters.json_api.HTTPSConnection", Recorded)

    JsonApi.of("kinesis", {"AWS_REGION": "eu-west-1"}).post("PutRecords", b"{}")

    assert "Credential=AKID/" in sent[0]["Authorization"]
    assert sent[0]["X-Amz-Security-Token"] == "token"
