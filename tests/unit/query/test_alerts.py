"""Anomalies, rules and maintenance windows over HTTP: what is answered, what is refused, and whose it is."""

import json
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.query.alert_routes import answered
from functions.query.alerts import Alerts
from shared.access.principal import Principal
from shared.access.roles import Role
from shared.anomalies.anomaly import Anomaly, Series, Severity, Status
from shared.anomalies.stores import Notice, StoredAnomaly
from shared.errors import RejectedRequestError
from tests.builders.alerts import alerts_of
from tests.builders.anomalies import NOON, anomaly, five
from tests.fakes.anomaly_store import InMemoryAnomalyStore
from tests.fakes.notice_bus import InMemoryNoticeBus

NOW = NOON + timedelta(hours=1)
ANALYST = Principal("acme", Role.ANALYST, "key_1", "standard")
VIEWER = replace(ANALYST, role=Role.VIEWER)
RULE: dict[str, Any] = {
    "name": "Too many errors",
    "grouping": "model",
    "conditions": [
        {
            "value": {"measure": "errors", "statistic": "sum"},
            "operator": "greater_than",
            "bound": 0.1,
            "divided_by": {"measure": "requests", "statistic": "count"},
        }
    ],
    "hold_minutes": 10,
}
MAINTENANCE = {"start": "2026-11-22T13:00:00Z", "end": "2026-11-22T15:00:00+01:00", "where": {"team": None}}


class Served:
    def __init__(self, *kept: Anomaly) -> None:
        self.store, self.bus = InMemoryAnomalyStore(), InMemoryNoticeBus()
        for one in kept:
            self.store.swap(None, StoredAnomaly.new(one, 1))
        self.alerts: Alerts = alerts_of(lambda: NOW, self.store, self.bus)

    def ask(
        self, method: str, resource: str, named: str = "", body: Any = None, who: Principal = ANALYST, **asked: Any
    ) -> tuple[int, Any]:
        request = {
            "httpMethod": method,
            "resource": resource,
            "pathParameters": {"id": named} if named else None,
            "multiValueQueryStringParameters": {name: [value] for name, value in asked.items()},
            "body": body if body is None or isinstance(body, str) else b64encode(json.dumps(body).encode()).decode(),
            "isBase64Encoded": body is not None and not isinstance(body, str),
        }
        status, content = answered(self.alerts, request, who)
        return status, content and json.loads(content.model_dump_json())

    def list(self, **asked: Any) -> list[str]:
        _, content = self.ask("GET", "/v1/anomalies", **asked)
        return [one["anomaly_id"] for one in content["anomalies"]]


def refusal(served: Served, *asked: Any, **more: Any) -> tuple[int, str]:
    with pytest.raises(RejectedRequestError) as refused:
        served.ask(*asked, **more)
    return refused.value.status, refused.value.code


SLOW = anomaly()
QUIET = anomaly(
    window=five(1), series=Series(("acme", "total"), "requests", "count"), severity=Severity.LOW, alerted=True
)
MEMBER = anomaly(window=five(2), series=Series(("acme", "team", None), "latency_ms", "p95"), group=SLOW.id)
THEIRS = anomaly(series=Series(("other", "total"), "requests", "count"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [MEMBER, QUIET, SLOW]),
        ({"severity": "medium"}, [MEMBER, SLOW]),
        ({"measure": "latency_ms,errors", "model": "gpt-4o"}, [SLOW]),
        ({"team": ""}, [MEMBER]),
        ({"alerted": "true"}, [QUIET]),
        ({"group": SLOW.id}, [MEMBER, SLOW]),
        ({"status": "resolved"}, []),
        ({"kind": "spike", "end": "2026-11-22T12:05:00Z"}, [SLOW]),
    ],
)
def test_anomalies_are_filtered(asked: dict[str, str], found: list[Anomaly]) -> None:
    served = Served(SLOW, QUIET, MEMBER, THEIRS)

    assert served.list(**asked) == [one.id for one in found]


def test_a_page_goes_on_where_the_one_before_ended() -> None:
    served = Served(SLOW, QUIET, MEMBER)

    _, first = served.ask("GET", "/v1/anomalies", limit="2")
    _, second = served.ask("GET", "/v1/anomalies", limit="2", next=first["next"])

    assert [len(first["anomalies"]), len(second["anomalies"]), second["next"]] == [2, 1, None]


def test_another_tenants_anomaly_is_not_there() -> None:
    served = Served(THEIRS)

    assert served.list() == []
    assert refusal(served, "GET", "/v1/anomalies/{id}", THEIRS.id) == (404, "not_found")
    assert refusal(served, "PATCH", "/v1/anomalies/{id}", THEIRS.id, {"status": "resolved"}) == (404, "not_found")


def test_an_anomaly_is_acknowledged_with_a_note() -> None:
    served = Served(SLOW)

    status, content = served.ask("PATCH", "/v1/anomalies/{id}", SLOW.id, {"status": "acknowledged", "note": "on it"})

    assert (status, content["status"], content["note"]) == (200, "acknowledged", "on it")
    assert served.ask("GET", "/v1/anomalies/{id}", SLOW.id)[1] == content


def test_what_a_person_ends_is_told_to_whom_its_beginning_was_told() -> None:
    served = Served(QUIET)
    served.alerts.herald.tell(next(iter(served.store.stored.values())))

    served.ask("PATCH", "/v1/anomalies/{id}", QUIET.id, {"status": "resolved"})
    served.ask("PATCH", "/v1/anomalies/{id}", QUIET.id, {"status": "resolved"})

    assert served.bus.notice_ids == [f"{QUIET.id}/{notice}" for notice in Notice]


def test_a_false_alarm_is_over_and_raises_the_bar_of_its_series() -> None:
    served = Served(SLOW)

    _, content = served.ask("PATCH", "/v1/anomalies/{id}", SLOW.id, {"false_alarm": True})

    assert (content["status"], content["resolution_reason"]) == ("resolved", "false_alarm")
    (bar,) = served.alerts.policies.policy("acme").bars
    assert (bar.series, bar.score) == (SLOW.series, SLOW.score + 1)


def test_a_decision_and_a_fold_at_once_both_stand() -> None:
    served = Served(SLOW)
    overtaking = [replace(SLOW, score=20.0)]

    def overtake(_written: StoredAnomaly) -> None:
        if overtaking:
            before = served.store.get("acme", SLOW.id)
            assert before
            after = before.found_again(overtaking.pop(), 5)
            assert after
            served.store.swap(before, after)

    served.store.before_write = overtake
    _, content = served.ask("PATCH", "/v1/anomalies/{id}", SLOW.id, {"status": "suppressed"})

    assert (content["status"], content["score"]) == ("suppressed", 20.0)


def test_a_rule_is_added_changed_and_deleted() -> None:
    served = Served()

    status, added = served.ask("POST", "/v1/rules", body=RULE)
    assert (status, added["id"], added["tenant"], added["severity"]) == (201, "id-1", "acme", "medium")

    _, changed = served.ask("PUT", "/v1/rules/{id}", "id-1", {**RULE, "enabled": False})
    assert changed == {**added, "enabled": False}
    assert served.ask("GET", "/v1/rules/{id}", "id-1") == (200, changed)
    assert served.ask("GET", "/v1/rules") == (200, {"rules": [changed]})

    assert served.ask("DELETE", "/v1/rules/{id}", "id-1") == (204, None)
    assert refusal(served, "DELETE", "/v1/rules/{id}", "id-1") == (404, "not_found")
    assert refusal(served, "PUT", "/v1/rules/{id}", "id-1", RULE) == (404, "not_found")


def test_a_maintenance_window_is_planned_and_called_off() -> None:
    served = Served()

    status, planned = served.ask("POST", "/v1/maintenance", body=MAINTENANCE)

    assert (status, planned["where"]) == (201, {"team": None})
    assert served.ask("GET", "/v1/maintenance")[1] == {"maintenance": [planned]}
    assert served.ask("DELETE", "/v1/maintenance/{id}", planned["id"]) == (204, None)
    assert refusal(served, "DELETE", "/v1/maintenance/{id}", planned["id"]) == (404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        "{",
        {},
        {**RULE, "conditions": []},
        {**RULE, "threshold": 6},
        {**RULE, "grouping": "moon"},
        {**RULE, "conditions": [{**RULE["conditions"][0], "bound": "NaN"}]},
        {**RULE, "conditions": [{**RULE["conditions"][0], "value": {"measure": "moons", "statistic": "sum"}}]},
        {**RULE, "tenant": "other"},
        {**RULE, "name": "x" * 70_000},
    ],
)
def test_a_rule_that_is_none_is_refused(body: Any) -> None:
    status, code = refusal(Served(), "POST", "/v1/rules", body=body)

    assert (status, code) in {(400, "invalid_body"), (413, "body_too_large")}


@pytest.mark.parametrize("body", [{}, {"status": "open"}, {"false_alarm": True, "status": "suppressed"}])
def test_a_decision_that_says_nothing_is_refused(body: Any) -> None:
    assert refusal(Served(SLOW), "PATCH", "/v1/anomalies/{id}", SLOW.id, body) == (400, "invalid_body")


def test_a_maintenance_window_ends_after_it_starts() -> None:
    backwards = {"start": MAINTENANCE["end"], "end": MAINTENANCE["start"]}

    assert refusal(Served(), "POST", "/v1/maintenance", body=backwards) == (400, "invalid_body")


@pytest.mark.parametrize(
    ("method", "resource", "body"),
    [
        ("PATCH", "/v1/anomalies/{id}", {"status": Status.RESOLVED.value}),
        ("POST", "/v1/rules", RULE),
        ("PUT", "/v1/rules/{id}", RULE),
        ("DELETE", "/v1/rules/{id}", None),
        ("POST", "/v1/maintenance", MAINTENANCE),
        ("DELETE", "/v1/maintenance/{id}", None),
    ],
)
def test_who_may_only_read_changes_nothing(method: str, resource: str, body: Any) -> None:
    assert refusal(Served(SLOW), method, resource, SLOW.id, body, who=VIEWER) == (403, "forbidden")


def test_what_is_no_route_is_not_found() -> None:
    assert refusal(Served(), "DELETE", "/v1/anomalies/{id}", SLOW.id) == (404, "not_found")
