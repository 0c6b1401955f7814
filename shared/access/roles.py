"""Who may do what: each role as its set of permissions."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """One kind of action on one kind of thing."""

    EVENT_READ = "event:read"
    EVENT_WRITE = "event:write"
    EVENT_DELETE = "event:delete"
    METRICS_READ = "metrics:read"
    METRICS_WRITE = "metrics:write"
    METRICS_DELETE = "metrics:delete"
    DASHBOARD_READ = "dashboard:read"
    DASHBOARD_WRITE = "dashboard:write"
    DASHBOARD_DELETE = "dashboard:delete"
    USER_READ = "user:read"
    USER_WRITE = "user:write"
    USER_DELETE = "user:delete"
    ORG_READ = "org:read"
    ORG_WRITE = "org:write"
    ORG_DELETE = "org:delete"
    API_KEY_READ = "api_key:read"
    API_KEY_WRITE = "api_key:write"
    API_KEY_DELETE = "api_key:delete"
    SYSTEM_CONFIG = "system:config"
    SYSTEM_AUDIT = "system:audit"


class Role(StrEnum):
    SUPER_ADMIN = "super_admin"
    ADMIN = "admin"
    ANALYST = "analyst"
    DEVELOPER = "developer"
    VIEWER = "viewer"
    API_CLIENT = "api_client"

    @property
    def permissions(self) -> frozenset[Permission]:
        return _PERMISSIONS[self]


def _allowed(**actions: str) -> frozenset[Permission]:
    """`event="rw"` is to read and write events."""
    verbs = {"r": "read", "w": "write", "d": "delete"}
    return frozenset(Permission(f"{thing}:{verbs[letter]}") for thing, letters in actions.items() for letter in letters)


_PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.SUPER_ADMIN: frozenset(Permission),
        Role.ADMIN: _allowed(event="rwd", metrics="rw", dashboard="rwd", user="rw", org="rw", api_key="rw")
        | {Permission.SYSTEM_AUDIT},
        Role.ANALYST: _allowed(event="rw", metrics="rw", dashboard="rw"),
        Role.DEVELOPER: _allowed(event="rw", metrics="r", dashboard="r", api_key="rw"),
        Role.VIEWER: _allowed(event="r", metrics="r", dashboard="r"),
        Role.API_CLIENT: _allowed(event="rw", metrics="r"),
    }
)
