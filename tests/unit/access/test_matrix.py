"""Which role may use which route: the matrix is reviewed in roles_of_routes.json, and both gates keep to it."""

import json
from pathlib import Path
from typing import Any

import pytest

from functions.access.authorize import Caller
from functions.access.serve import policy
from shared.access.principal import Principal
from shared.access.roles import Role
from shared.access.routes import NEEDED
from shared.errors import RejectedRequestError

REVIEWED = Path(__file__).with_name("roles_of_routes.json")
MATRIX: dict[str, list[str]] = json.loads(REVIEWED.read_text())
CELLS = [(route, role) for route in NEEDED for role in Role]


def request(method: str, resource: str, role: Role) -> dict[str, Any]:
    principal = {"tenant": "acme", "role": str(role), "key_id": "key_1", "rate_plan": "standard"}
    return {
        "httpMethod": method,
        "resource": resource,
        "methodArn": "arn:route",
        "requestContext": {"authorizer": principal},
    }


def test_every_route_is_in_the_matrix_and_no_other() -> None:
    assert set(MATRIX) == {" ".join(route) for route in NEEDED}


@pytest.mark.parametrize(("route", "role"), CELLS)
def test_the_gate_and_the_stage_let_in_whom_the_matrix_says(route: tuple[str, str], role: Role) -> None:
    may = str(role) in MATRIX[" ".join(route)]
    asked = request(*route, role)

    caller = Caller(Principal("acme", role, "key_1", "standard"), "usage")
    [statement] = policy(caller, asked)["policyDocument"]["Statement"]

    assert statement["Effect"] == ("Allow" if may else "Deny")
    assert _is_let_in(asked) == may


@pytest.mark.parametrize("route", NEEDED)
def test_nothing_is_closed_to_the_greatest(route: tuple[str, str]) -> None:
    roles = MATRIX[" ".join(route)]

    assert "super_admin" in roles
    assert set(roles) <= {str(role) for role in Role}


@pytest.mark.parametrize("role", Role)
def test_a_route_that_is_not_in_the_table_is_closed_to_all(role: Role) -> None:
    assert not _is_let_in(request("GET", "/v1/secrets", role))


def test_who_writes_reads_too() -> None:
    """But for what is only ever written."""
    for route, roles in MATRIX.items():
        method, path = route.split(" ")
        readers = MATRIX.get(f"GET {path}")
        if method in {"PUT", "PATCH", "DELETE"} and readers:
            assert set(roles) <= set(readers)


def _is_let_in(asked: dict[str, Any]) -> bool:
    try:
        Principal.permitted(asked)
    except RejectedRequestError:
        return False
    return True
