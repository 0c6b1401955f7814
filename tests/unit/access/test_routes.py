"""Every role on every route: the matrix of the specification, and nothing but it."""

import doctest

import pytest

from shared.access import routes
from shared.access.principal import Principal
from shared.access.roles import Permission, Role
from shared.access.routes import NEEDED, PUBLIC, permission_for
from shared.errors import RejectedRequestError

WRITERS = {Role.SUPER_ADMIN, Role.ADMIN, Role.ANALYST, Role.DEVELOPER, Role.API_CLIENT}
ADMINS = {Role.SUPER_ADMIN, Role.ADMIN}
KEEPERS = {Role.SUPER_ADMIN, Role.ADMIN, Role.DEVELOPER}
WHO = {
    Permission.EVENT_READ: set(Role),
    Permission.EVENT_WRITE: WRITERS,
    Permission.METRICS_READ: set(Role),
    Permission.METRICS_WRITE: {Role.SUPER_ADMIN, Role.ADMIN, Role.ANALYST},
    Permission.DASHBOARD_READ: set(Role) - {Role.API_CLIENT},
    Permission.DASHBOARD_WRITE: {Role.SUPER_ADMIN, Role.ADMIN, Role.ANALYST},
    Permission.DASHBOARD_DELETE: ADMINS,
    Permission.USER_READ: ADMINS,
    Permission.USER_WRITE: ADMINS,
    Permission.ORG_READ: ADMINS,
    Permission.ORG_WRITE: ADMINS,
    Permission.API_KEY_READ: KEEPERS,
    Permission.API_KEY_WRITE: KEEPERS,
    Permission.SYSTEM_AUDIT: ADMINS,
    Permission.SYSTEM_CONFIG: {Role.SUPER_ADMIN},
}


def proxied(route: tuple[str, str], role: Role, scopes: str = "") -> dict[str, object]:
    context = {"tenant": "acme", "role": str(role), "key_id": "key_1", "rate_plan": "standard", "scopes": scopes}
    return {"httpMethod": route[0], "resource": route[1], "requestContext": {"authorizer": context}}


@pytest.mark.parametrize("route", sorted(NEEDED), ids=" ".join)
@pytest.mark.parametrize("role", Role)
def test_a_route_is_open_to_just_the_roles_that_have_its_permission(route: tuple[str, str], role: Role) -> None:
    if role in WHO[NEEDED[route]]:
        assert Principal.permitted(proxied(route, role)).role == role
    else:
        with pytest.raises(RejectedRequestError) as refused:
            Principal.permitted(proxied(route, role))
        assert (refused.value.status, refused.value.code) == (403, "forbidden")


@pytest.mark.parametrize("route", sorted(NEEDED), ids=" ".join)
def test_scopes_close_every_route_but_their_own(route: tuple[str, str]) -> None:
    with pytest.raises(RejectedRequestError, match="scopes"):
        Principal.permitted(proxied(route, Role.SUPER_ADMIN, "system:config"))

    Principal.permitted(proxied(route, Role.SUPER_ADMIN, f"system:config {NEEDED[route]}"))


@pytest.mark.parametrize("route", [("GET", "/v1/secrets"), ("PATCH", "/v1/keys"), ("GET", "/v1/keys/"), ("", "")])
def test_a_route_that_nobody_named_is_closed_to_everybody(route: tuple[str, str]) -> None:
    assert permission_for(*route) is None
    with pytest.raises(RejectedRequestError):
        Principal.permitted(proxied(route, Role.SUPER_ADMIN))


def test_no_route_is_both_public_and_not() -> None:
    assert not PUBLIC & NEEDED.keys()


def test_the_examples_are_true() -> None:
    tested = doctest.testmod(routes)

    assert tested.attempted
    assert not tested.failed
