"""API keys over HTTP: for one's own tenant, and never more than one has."""

import json
from base64 import b64encode
from random import Random
from typing import Any

import pytest

from functions.access.commands import CreateKey
from functions.access.keys_api import KeysApi
from functions.access.manage import KeyRing
from shared.access.keys import AccessKey, ApiKey
from shared.access.roles import Permission, Role
from shared.access.wire import KeyAnswer, KeysAnswer, NewKeyAnswer
from shared.audit.log import AuditLog
from shared.errors import RejectedRequestError
from tests.builders.access import NOW
from tests.fakes.access_keys import InMemoryAccessKeyStore, InMemoryRatePlans
from tests.fakes.audit_store import InMemoryAuditStore


def unnoted(_action: str, _key: AccessKey) -> None:
    pass


ASKED = {"role": "developer", "name": "ci"}


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing(InMemoryAccessKeyStore(), InMemoryRatePlans(), lambda: NOW, Random(7).randbytes)


@pytest.fixture
def api(ring: KeyRing) -> KeysApi:
    return KeysApi(ring, AuditLog(InMemoryAuditStore(), lambda: NOW))


def test_what_becomes_of_a_key_stands_in_the_audit_log_without_it(api: KeysApi) -> None:
    new = made(api)
    rotated = api.serve(request("POST", "/v1/keys/{id}/rotate", key=new.key.key_id))[1]
    assert isinstance(rotated, NewKeyAnswer)
    api.serve(request("DELETE", "/v1/keys/{id}", key=rotated.key.key_id))
    api.serve(request("GET"))

    entries = list(api.audit.store.oldest_first("acme"))

    assert [(entry.action, entry.target) for entry in entries] == [
        ("key.created", new.key.key_id),
        ("key.rotated", rotated.key.key_id),
        ("key.revoked", rotated.key.key_id),
    ]
    assert {entry.actor for entry in entries} == {"key_1"}
    assert new.api_key not in str(entries)


def request(
    method: str, resource: str = "/v1/keys", body: Any = None, key: str = "", role: Role = Role.ADMIN, **who: str
) -> dict[str, Any]:
    principal = {"tenant": "acme", "role": str(role), "key_id": "key_1", "rate_plan": "standard", **who}
    text = body if isinstance(body, str) else json.dumps(body)
    return {
        "httpMethod": method,
        "resource": resource,
        "pathParameters": {"id": key} if key else None,
        "body": b64encode(text.encode()).decode(),
        "isBase64Encoded": True,
        "requestContext": {"authorizer": principal},
    }


def made(api: KeysApi, **changes: Any) -> NewKeyAnswer:
    status, content = api.serve(request("POST", body=ASKED | changes))
    assert status == 201
    assert isinstance(content, NewKeyAnswer)
    return content


def refusal(api: KeysApi, asked: dict[str, Any]) -> tuple[int, str, str]:
    with pytest.raises(RejectedRequestError) as refused:
        api.serve(asked)
    return refused.value.status, refused.value.code, refused.value.message


def test_a_key_is_made_for_the_tenant_of_who_asks(api: KeysApi, ring: KeyRing) -> None:
    answer = made(api, scopes=["metrics:read", "event:write"], valid_days=7)

    (stored,) = ring.list("acme")
    secret = ApiKey.parse(answer.api_key)
    assert secret is not None
    assert (stored.digest, stored.tenant, stored.role) == (secret.digest, "acme", Role.DEVELOPER)
    assert stored.principal.permissions == {Permission.EVENT_WRITE, Permission.METRICS_READ}
    assert answer.key.rate_plan == "standard"


def test_keys_are_listed_rotated_and_revoked(api: KeysApi) -> None:
    first = made(api)

    _, rotated = api.serve(request("POST", "/v1/keys/{id}/rotate", key=first.key.key_id))
    assert isinstance(rotated, NewKeyAnswer)
    _, revoked = api.serve(request("DELETE", "/v1/keys/{id}", key=rotated.key.key_id))
    _, listed = api.serve(request("GET"))

    assert isinstance(revoked, KeyAnswer)
    assert isinstance(listed, KeysAnswer)
    assert {key.key_id for key in listed.keys} == {first.key.key_id, rotated.key.key_id}
    assert all(key.revoked_at for key in listed.keys)


@pytest.mark.parametrize(("method", "resource"), [("DELETE", "/v1/keys/{id}"), ("POST", "/v1/keys/{id}/rotate")])
def test_a_key_of_another_tenant_is_not_there(api: KeysApi, ring: KeyRing, method: str, resource: str) -> None:
    foreign = ring.create(CreateKey(tenant="globex", role=Role.VIEWER, name="theirs"), unnoted).key

    assert refusal(api, request(method, resource, key=foreign.key_id))[:2] == (404, "not_found")
    assert ring.list("globex") == [foreign]


def test_a_tenant_in_the_body_is_refused(api: KeysApi, ring: KeyRing) -> None:
    status, code, message = refusal(api, request("POST", body=ASKED | {"tenant": "globex"}))

    assert (status, code) == (400, "invalid_key")
    assert "tenant" in message
    assert ring.list("globex") == ring.list("acme") == []


@pytest.mark.parametrize(
    ("who", "asked"),
    [
        ({"role": Role.DEVELOPER}, {"role": "admin"}),
        ({"role": Role.DEVELOPER}, {"role": "analyst"}),
        ({"role": Role.ADMIN}, {"role": "super_admin"}),
        ({"role": Role.ADMIN, "scopes": "api_key:write"}, {"role": "viewer"}),
        ({"role": Role.DEVELOPER}, {"rate_plan": "high"}),
    ],
)
def test_nobody_gives_away_more_than_they_have(api: KeysApi, who: dict[str, Any], asked: dict[str, Any]) -> None:
    assert refusal(api, request("POST", body=ASKED | asked, **who))[:2] == (403, "forbidden")


@pytest.mark.parametrize(("method", "resource"), [("DELETE", "/v1/keys/{id}"), ("POST", "/v1/keys/{id}/rotate")])
def test_nobody_touches_a_key_that_may_more(api: KeysApi, ring: KeyRing, method: str, resource: str) -> None:
    admins = ring.create(CreateKey(tenant="acme", role=Role.ADMIN, name="root"), unnoted).key

    assert refusal(api, request(method, resource, key=admins.key_id, role=Role.DEVELOPER))[0] == 403
    assert ring.list("acme") == [admins]


def test_an_admin_may_choose_the_rate_plan(api: KeysApi) -> None:
    assert made(api, rate_plan="high").key.rate_plan == "high"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "invalid_json"),
        ({}, "invalid_key"),
        (ASKED | {"role": "emperor"}, "invalid_key"),
        (ASKED | {"name": ""}, "invalid_key"),
        (ASKED | {"valid_days": 0}, "invalid_key"),
        (ASKED | {"scopes": ["everything"]}, "invalid_key"),
        (ASKED | {"rate_plan": "golden"}, "unknown_rate_plan"),
    ],
)
def test_a_key_that_cannot_be_made_is_refused_with_a_reason(api: KeysApi, body: Any, code: str) -> None:
    assert refusal(api, request("POST", body=body))[:2] == (400, code)
