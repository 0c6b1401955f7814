import pytest

from shared.access.principal import Principal
from shared.access.roles import Permission, Role
from shared.errors import RejectedRequestError

CONTEXT = {"tenant": "acme", "role": "viewer", "key_id": "key_1", "rate_plan": "standard"}


@pytest.mark.parametrize(
    ("role", "count"),
    [
        (Role.SUPER_ADMIN, 20),
        (Role.ADMIN, 15),
        (Role.ANALYST, 6),
        (Role.DEVELOPER, 6),
        (Role.VIEWER, 3),
        (Role.API_CLIENT, 3),
    ],
)
def test_a_role_has_as_many_permissions_as_specified(role: Role, count: int) -> None:
    assert len(role.permissions) == count


def test_every_role_reads_metrics() -> None:
    assert all(Permission.METRICS_READ in role.permissions for role in Role)


def test_all_but_viewers_write_events() -> None:
    assert [role for role in Role if Permission.EVENT_WRITE not in role.permissions] == [Role.VIEWER]


def test_only_a_super_admin_configures_the_system() -> None:
    assert [role for role in Role if Permission.SYSTEM_CONFIG in role.permissions] == [Role.SUPER_ADMIN]


def test_a_principal_is_what_the_authorizer_says() -> None:
    principal = Principal.from_authorizer({**CONTEXT, "integrationLatency": 12})

    assert principal == Principal("acme", Role.VIEWER, "key_1", "standard")
    assert principal.as_context() == CONTEXT


def test_a_permission_that_the_role_lacks_is_refused() -> None:
    principal = Principal.from_authorizer(CONTEXT)

    principal.require(Permission.METRICS_READ)
    with pytest.raises(RejectedRequestError, match="the role viewer does not have event:write") as refused:
        principal.require(Permission.EVENT_WRITE)

    assert (refused.value.status, refused.value.code) == (403, "forbidden")


@pytest.mark.parametrize("context", [None, {}, {**CONTEXT, "role": "emperor"}, {"tenant": "acme"}])
def test_a_request_without_a_principal_is_refused(context: dict[str, str] | None) -> None:
    with pytest.raises(RejectedRequestError) as refused:
        Principal.from_authorizer(context)

    assert refused.value.status == 403
