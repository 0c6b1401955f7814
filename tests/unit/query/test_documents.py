"""Dashboards and preferences: kept, shared, and never written over unseen."""

import json
from datetime import timedelta
from typing import Any

import pytest

from shared.errors import RejectedRequestError
from tests.builders.documents import documents_of
from tests.builders.hub import NOON
from tests.fakes.document_store import InMemoryDocumentStore

BOARD: dict[str, Any] = {
    "name": "Costs",
    "visibility": "tenant",
    "tags": ["cost"],
    "content": {"widgets": [{"kind": "line"}]},
}


class Desk:
    def __init__(self) -> None:
        self.now = NOON
        self.store = InMemoryDocumentStore()
        self.documents = documents_of(lambda: self.now, self.store)

    def ask(
        self, method: str, resource: str, named: str = "", *, who: str = "ann", role: str = "analyst", **body: Any
    ) -> Any:
        request = {
            "httpMethod": method,
            "resource": resource,
            "pathParameters": {"token" if "{token}" in resource else "id": named} if named else None,
            "body": json.dumps(body) if body else "{}",
            "requestContext": {"authorizer": {"tenant": "acme", "role": role, "key_id": who, "rate_plan": "standard"}},
        }
        status, answer = self.documents.answer(request)
        return answer.model_dump(mode="json") if answer else status


@pytest.fixture
def desk() -> Desk:
    return Desk()


def refused(desk: Desk, *asked: Any, **more: Any) -> tuple[int, str]:
    with pytest.raises(RejectedRequestError) as refusal:
        desk.ask(*asked, **more)
    return refusal.value.status, refusal.value.code


def test_a_dashboard_is_added_read_changed_and_deleted(desk: Desk) -> None:
    added = desk.ask("POST", "/v1/dashboards", **BOARD)
    changed = desk.ask("PUT", "/v1/dashboards/{id}", added["id"], **{**BOARD, "name": "Cost", "edition": 1})
    listed = desk.ask("GET", "/v1/dashboards")
    read = desk.ask("GET", "/v1/dashboards/{id}", added["id"])
    gone = desk.ask("DELETE", "/v1/dashboards/{id}", added["id"])

    assert (added["owner"], added["edition"], added["content"]) == ("ann", 1, BOARD["content"])
    assert (changed["name"], changed["edition"]) == ("Cost", 2)
    assert listed["dashboards"] == [{name: value for name, value in read.items() if name != "content"}]
    assert (read, gone) == (changed, 204)
    assert refused(desk, "GET", "/v1/dashboards/{id}", added["id"]) == (404, "not_found")


def test_nobody_writes_over_what_they_have_not_seen(desk: Desk) -> None:
    added = desk.ask("POST", "/v1/dashboards", **BOARD)
    desk.ask("PUT", "/v1/dashboards/{id}", added["id"], **BOARD, edition=1)

    assert refused(desk, "PUT", "/v1/dashboards/{id}", added["id"], **BOARD, edition=1) == (409, "conflict")


def test_a_private_dashboard_is_its_owners_and_an_administrators(desk: Desk) -> None:
    added = desk.ask("POST", "/v1/dashboards", **{**BOARD, "visibility": "private"})

    assert refused(desk, "GET", "/v1/dashboards/{id}", added["id"], who="bob") == (404, "not_found")
    assert desk.ask("GET", "/v1/dashboards", who="bob") == {"dashboards": []}
    assert desk.ask("GET", "/v1/dashboards/{id}", added["id"], who="eve", role="admin")["name"] == "Costs"


def test_a_tenants_dashboard_is_read_by_all_and_changed_by_its_owner(desk: Desk) -> None:
    added = desk.ask("POST", "/v1/dashboards", **BOARD)

    assert desk.ask("GET", "/v1/dashboards/{id}", added["id"], who="bob", role="viewer")["id"] == added["id"]
    assert refused(desk, "PUT", "/v1/dashboards/{id}", added["id"], who="bob", **BOARD) == (403, "forbidden")
    assert refused(desk, "DELETE", "/v1/dashboards/{id}", added["id"], who="bob") == (403, "forbidden")


def test_a_link_opens_a_private_dashboard_until_it_ends(desk: Desk) -> None:
    added = desk.ask("POST", "/v1/dashboards", **{**BOARD, "visibility": "private"})
    shared = desk.ask("POST", "/v1/dashboards/{id}/share", added["id"], valid_days=2)
    opened = desk.ask("GET", "/v1/dashboards/shared/{token}", shared["token"], who="bob", role="viewer")
    desk.now += timedelta(days=2)

    assert opened["content"] == BOARD["content"]
    assert not any(shared["token"] in str(document) for document in desk.store.documents.values())
    assert refused(desk, "GET", "/v1/dashboards/shared/{token}", shared["token"]) == (404, "not_found")


@pytest.mark.parametrize("ended_by", ["unshared", "shared again", "deleted"])
def test_a_link_can_be_ended(desk: Desk, ended_by: str) -> None:
    added = desk.ask("POST", "/v1/dashboards", **BOARD)
    shared = desk.ask("POST", "/v1/dashboards/{id}/share", added["id"])

    if ended_by == "deleted":
        desk.ask("DELETE", "/v1/dashboards/{id}", added["id"])
    else:
        desk.ask("DELETE" if ended_by == "unshared" else "POST", "/v1/dashboards/{id}/share", added["id"])

    assert refused(desk, "GET", "/v1/dashboards/shared/{token}", shared["token"]) == (404, "not_found")


def test_preferences_are_of_who_asks_alone(desk: Desk) -> None:
    before = desk.ask("GET", "/v1/preferences")
    kept = desk.ask("PUT", "/v1/preferences", content={"theme": "dark"}, edition=before["edition"])

    assert (before["content"], before["edition"]) == ({}, 0)
    assert desk.ask("GET", "/v1/preferences") == kept
    assert desk.ask("GET", "/v1/preferences", who="bob")["content"] == {}
    assert refused(desk, "PUT", "/v1/preferences", content={}, edition=0) == (409, "conflict")


def test_a_dashboard_that_is_too_large_is_refused(desk: Desk) -> None:
    assert refused(desk, "POST", "/v1/dashboards", **{**BOARD, "content": {"a": "x" * 300_000}})[0] == 413
