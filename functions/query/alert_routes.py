"""From the gateway's requests to what each route about alerts means."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import BaseModel

from functions.query.alert_models import Decision, MaintenanceInput, RuleInput
from functions.query.alerts import Alerts
from functions.query.bodies import body_of
from functions.query.parameters import AnomalyParameters
from shared.access.principal import Principal
from shared.errors import RejectedRequestError

ROUTES: Final = ("/v1/anomalies", "/v1/rules", "/v1/maintenance")
OK: Final = 200
CREATED: Final = 201
NO_CONTENT: Final = 204


Answered = tuple[int, BaseModel | None]
Operation = Callable[[Alerts, Principal, Mapping[str, Any], str], Answered]


def answered(alerts: Alerts, request: Mapping[str, Any], principal: Principal) -> Answered:
    """The status and what is answered; nothing for what was deleted."""
    operation = _OPERATIONS.get((request["httpMethod"], request["resource"]))
    if operation is None:
        raise RejectedRequestError(404, "not_found", "there is nothing at this path")
    named = str((request.get("pathParameters") or {}).get("id", ""))
    return operation(alerts, principal, request, named)


def _rule_deleted(alerts: Alerts, principal: Principal, _request: Mapping[str, Any], named: str) -> Answered:
    alerts.delete_rule(principal, named)
    return NO_CONTENT, None


def _maintenance_deleted(alerts: Alerts, principal: Principal, _request: Mapping[str, Any], named: str) -> Answered:
    alerts.delete_maintenance(principal, named)
    return NO_CONTENT, None


_OPERATIONS: Final[Mapping[tuple[str, str], Operation]] = {
    ("GET", "/v1/anomalies"): lambda on, who, asked, _: (OK, on.list(who, AnomalyParameters.of(asked))),
    ("GET", "/v1/anomalies/{id}"): lambda on, who, _, named: (OK, on.get(who, named)),
    ("PATCH", "/v1/anomalies/{id}"): lambda on, who, asked, named: (
        OK,
        on.decide(who, named, body_of(asked, Decision)),
    ),
    ("GET", "/v1/rules"): lambda on, who, *_: (OK, on.rules(who)),
    ("POST", "/v1/rules"): lambda on, who, asked, _: (CREATED, on.put_rule(who, body_of(asked, RuleInput))),
    ("GET", "/v1/rules/{id}"): lambda on, who, _, named: (OK, on.rule(who, named)),
    ("PUT", "/v1/rules/{id}"): lambda on, who, asked, named: (OK, on.put_rule(who, body_of(asked, RuleInput), named)),
    ("DELETE", "/v1/rules/{id}"): _rule_deleted,
    ("GET", "/v1/maintenance"): lambda on, who, *_: (OK, on.maintenance(who)),
    ("POST", "/v1/maintenance"): lambda on, who, asked, _: (
        CREATED,
        on.put_maintenance(who, body_of(asked, MaintenanceInput)),
    ),
    ("DELETE", "/v1/maintenance/{id}"): _maintenance_deleted,
}
