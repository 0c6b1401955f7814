"""Who a request is made by, as the authorizer tells the stages behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.access.roles import Permission, Role
from shared.access.routes import permission_for
from shared.errors import RejectedRequestError

FORBIDDEN = 403


@dataclass(frozen=True, slots=True)
class Principal:
    """A tenant's key or user with its role; `rate_plan` says how much it may ask. Scopes, if there are any, leave of what
    the role permits only these.
    """

    tenant: str
    role: Role
    key_id: str
    rate_plan: str
    scopes: tuple[Permission, ...] = ()

    @classmethod
    def from_authorizer(cls, context: Mapping[str, Any] | None) -> "Principal":
        """The principal in `event["requestContext"]["authorizer"]`; a request without one is refused."""
        try:
            said = dict(context or {})
            scopes = tuple(map(Permission, said.get("scopes", "").split()))
            return cls(said["tenant"], Role(said["role"]), said["key_id"], said["rate_plan"], scopes)
        except (KeyError, ValueError) as error:
            raise RejectedRequestError(FORBIDDEN, "forbidden", "the request names no principal") from error

    @classmethod
    def permitted(cls, request: Mapping[str, Any]) -> "Principal":
        """The principal of API Gateway's proxied request, if it may use the route; else RejectedRequestError 403."""
        principal = cls.from_authorizer(request["requestContext"].get("authorizer"))
        needed = permission_for(request["httpMethod"], request["resource"])
        if needed is None:
            raise RejectedRequestError(FORBIDDEN, "forbidden", "nobody may use this route")
        principal.require(needed)
        return principal

    def as_context(self) -> dict[str, str]:
        """What the authorizer hands to the gateway: texts only."""
        said = {"tenant": self.tenant, "role": str(self.role), "key_id": self.key_id, "rate_plan": self.rate_plan}
        return said | ({"scopes": " ".join(self.scopes)} if self.scopes else {})

    @property
    def permissions(self) -> frozenset[Permission]:
        return self.role.permissions.intersection(self.scopes) if self.scopes else self.role.permissions

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        if not self.may(permission):
            who = f"the role {self.role}" if permission not in self.role.permissions else "the key's scopes"
            verb = "does" if who.startswith("the role") else "do"
            raise RejectedRequestError(FORBIDDEN, "forbidden", f"{who} {verb} not have {permission}")
