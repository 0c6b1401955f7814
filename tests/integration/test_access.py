"""The real handler on DynamoDB and API Gateway (moto): a key's life, as operators and the gateway see it."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from shared.observability.metrics import MetricName
from tests.builders.aws import create_access_key_table, create_table, create_usage_plans
from tests.fakes.issuer import AUDIENCE, ISSUER, FakeIssuer, claims, public, rsa_key, token

MODULE = "functions.access.handler"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "POWERTOOLS_SERVICE_NAME": "access",
    "POWERTOOLS_METRICS_NAMESPACE": "LLMAnalyticsHub",
    "ACCESS_KEY_TABLE": "access_keys",
    "AUDIT_TABLE": "audit",
    "USAGE_PLAN_PREFIX": "hub",
    "OIDC_ISSUERS": "[]",
}
CONTEXT = SimpleNamespace(
    function_name="access",
    function_version="1",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:access",
    aws_request_id="request-1",
)
ASKED = {"command": "create_key", "tenant": "acme", "role": "developer", "name": "ci"}

Invoke = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Invoke]]:
    """Starts the function as a cold start does; tables and plans stay."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        create_access_key_table(boto3.client("dynamodb"), "access_keys")
        create_table(boto3.client("dynamodb"), "audit")
        create_usage_plans(boto3.client("apigateway"), "hub")

        def cold_start() -> Invoke:
            monkeypatch.delitem(sys.modules, MODULE, raising=False)
            handler = import_module(MODULE).handler
            return lambda asked: handler(asked, CONTEXT)

        yield cold_start


def request_with(key: str | None) -> dict[str, Any]:
    return {
        "type": "REQUEST",
        "httpMethod": "GET",
        "resource": "/v1/metrics",
        "methodArn": "arn:aws:execute-api:eu-west-1:000000000000:abc123/hub/GET/v1/metrics",
        "headers": {"X-API-Key": key} if key else {},
    }


def test_a_key_is_made_works_is_revoked_and_works_no_more(start: Callable[[], Invoke]) -> None:
    invoke = start()
    made = invoke(ASKED)
    key_id = made["key"]["key_id"]

    allowed = invoke(request_with(made["api_key"]))
    revoked = invoke({"command": "revoke_key", "tenant": "acme", "key_id": key_id})

    assert allowed["context"] == {"tenant": "acme", "role": "developer", "key_id": key_id, "rate_plan": "standard"}
    assert allowed["policyDocument"]["Statement"] == [
        {
            "Action": "execute-api:Invoke",
            "Effect": "Allow",
            "Resource": "arn:aws:execute-api:eu-west-1:000000000000:abc123/hub/GET/v1/metrics",
        }
    ]
    assert revoked["key"]["revoked_at"]
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        start()(request_with(made["api_key"]))


def test_the_gateway_meters_the_key_by_its_digest_until_it_is_revoked(start: Callable[[], Invoke]) -> None:
    invoke, gateway = start(), boto3.client("apigateway")
    made = invoke(ASKED)
    [kept] = gateway.get_api_keys(includeValues=True)["items"]

    assert invoke(request_with(made["api_key"]))["usageIdentifierKey"] == kept["value"]

    invoke({"command": "revoke_key", "tenant": "acme", "key_id": made["key"]["key_id"]})
    assert gateway.get_api_keys()["items"] == []


def test_a_rotated_key_leaves_one_that_works(start: Callable[[], Invoke]) -> None:
    invoke = start()
    old = invoke(ASKED)

    new = invoke({"command": "rotate_key", "tenant": "acme", "key_id": old["key"]["key_id"]})
    listed = invoke({"command": "list_keys", "tenant": "acme"})["keys"]

    assert {key["key_id"]: key["revoked_at"] is None for key in listed} == {
        old["key"]["key_id"]: False,
        new["key"]["key_id"]: True,
    }
    assert start()(request_with(new["api_key"]))["context"]["key_id"] == new["key"]["key_id"]


@pytest.mark.parametrize("key", [None, "sesame", "llmah_" + "x" * 43])
def test_a_request_without_a_valid_key_is_unauthorized_and_counted(
    start: Callable[[], Invoke],
    key: str | None,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        start()(request_with(key))

    assert f'"{MetricName.REQUESTS_REFUSED}":[1.0]' in capsys.readouterr().out.replace(" ", "")
    assert [record.exc_info for record in caplog.records] == [None]


def test_no_secret_and_no_digest_is_ever_told(
    start: Callable[[], Invoke], capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    invoke = start()
    made = invoke(ASKED)
    allowed = invoke(request_with(made["api_key"]))
    invoke({"command": "list_keys", "tenant": "acme"})
    invoke({"command": "rotate_key", "tenant": "acme", "key_id": made["key"]["key_id"]})

    told = f"{capsys.readouterr()} {[vars(record) for record in caplog.records]}"
    assert "key created" in told
    assert "llmah_" not in told
    assert allowed["usageIdentifierKey"] not in told


def test_what_is_stored_does_not_hold_the_secret(start: Callable[[], Invoke]) -> None:
    made = start()(ASKED)

    stored = str(boto3.client("dynamodb").scan(TableName="access_keys")["Items"])

    assert made["key"]["key_id"] in stored
    assert made["api_key"] not in stored


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"command": "open_sesame"}, "invalid_command"),
        (ASKED | {"role": "emperor"}, "invalid_command"),
        (ASKED | {"rate_plan": "golden"}, "unknown_rate_plan"),
        ({"command": "revoke_key", "tenant": "acme", "key_id": "key_" + "0" * 32}, "not_found"),
    ],
)
def test_a_command_that_cannot_be_obeyed_is_told_why(
    start: Callable[[], Invoke], asked: dict[str, Any], code: str
) -> None:
    assert start()(asked)["error"]["code"] == code


def keys_request(
    method: str, resource: str, principal: dict[str, str], body: Any = None, key: str = ""
) -> dict[str, Any]:
    return {
        "httpMethod": method,
        "resource": resource,
        "path": resource.replace("{id}", key),
        "headers": {},
        "pathParameters": {"id": key} if key else None,
        "body": json.dumps(body),
        "isBase64Encoded": False,
        "requestContext": {"requestId": "request-1", "authorizer": principal},
    }


def test_keys_are_kept_over_http_by_those_who_may(start: Callable[[], Invoke]) -> None:
    invoke = start()
    admin = invoke({**ASKED, "role": "admin"})
    principal = invoke(request_with(admin["api_key"]))["context"]

    created = invoke(keys_request("POST", "/v1/keys", principal, {"role": "viewer", "name": "board"}))
    made = json.loads(created["body"])
    listed = json.loads(invoke(keys_request("GET", "/v1/keys", principal))["body"])
    revoked = invoke(keys_request("DELETE", "/v1/keys/{id}", principal, key=made["key"]["key_id"]))

    assert (created["statusCode"], revoked["statusCode"]) == (201, 200)
    assert created["headers"]["Cache-Control"] == "no-store"
    assert {key["name"] for key in listed["keys"]} == {"ci", "board"}
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        start()(request_with(made["api_key"]))


def test_a_request_that_is_refused_says_why_and_no_secret_is_logged(
    start: Callable[[], Invoke], caplog: pytest.LogCaptureFixture
) -> None:
    invoke = start()
    viewer = {"tenant": "acme", "role": "viewer", "key_id": "key_1", "rate_plan": "standard"}

    refused = invoke(keys_request("GET", "/v1/keys", viewer))
    made = invoke(keys_request("POST", "/v1/keys", viewer | {"role": "admin"}, {"role": "viewer", "name": "x"}))

    assert (refused["statusCode"], json.loads(refused["body"])["error"]["code"]) == (403, "forbidden")
    assert json.loads(made["body"])["api_key"] not in str([vars(record) for record in caplog.records])


def test_a_role_that_may_not_is_denied_at_the_gate(start: Callable[[], Invoke]) -> None:
    invoke = start()
    made = invoke({**ASKED, "role": "viewer"})

    asked = request_with(made["api_key"]) | {"httpMethod": "POST", "resource": "/v1/keys"}

    assert invoke(asked)["policyDocument"]["Statement"][0]["Effect"] == "Deny"


def test_a_token_of_a_trusted_issuer_is_let_in_under_the_users_key_of_its_plan(
    start: Callable[[], Invoke], monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer = {"issuer": ISSUER, "audience": AUDIENCE}
    monkeypatch.setenv("OIDC_ISSUERS", json.dumps([issuer]))
    source = FakeIssuer(public(rsa_key(), "k-1"))
    monkeypatch.setattr("shared.adapters.oidc.HttpKeySource.keys_of", lambda _, *asked: source.keys_of(*asked))
    now = datetime.now(UTC).timestamp()

    allowed = start()(request_with(None) | {"headers": {"Authorization": f"Bearer {token(claims(exp=now + 60))}"}})

    assert allowed["usageIdentifierKey"] == "hub-users-standard"
    assert allowed["context"]["role"] == "analyst"
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        start()(request_with(None) | {"headers": {"Authorization": f"Bearer {token(claims(exp=now - 90))}"}})


def test_a_key_that_cannot_be_written_down_is_not_made(start: Callable[[], Invoke]) -> None:
    invoke = start()
    boto3.client("dynamodb").delete_table(TableName="audit")

    refused = invoke(ASKED)

    assert refused == {"error": {"code": "service_unavailable", "message": "nothing was done; try again"}}
    assert invoke({"command": "list_keys", "tenant": "acme"}) == {"keys": []}
