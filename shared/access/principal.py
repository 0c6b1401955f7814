"""Who a request is made by, as the authorizer tells the stages behind it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from shared.access.roles import Permission, Role
from shared.errors import RejectedRequestError

FORBIDDEN = 403


@dataclass(frozen=True, slots=True)
class Principal:
    """A tenant's key with its role; `rate_plan` says how much it may ask."""

    tenant: str
    role: Role
    key_id: str
    rate_plan: str

    @classmethod
    def from_authorizer(cls, context: Mapping[str, Any] | None) -> "Principal":
        """The principal in `event["requestContext"]["authorizer"]`; a request without one is refused."""
        try:
            said = dict(context or {})
            return cls(said["tenant"], Role(said["role"]), said["key_id"], said["rate_plan"])
        except (KeyError, ValueError) as error:
            raise RejectedRequestError(FORBIDDEN, "forbidden", "the request names no principal") from error

    def as_context(self) -> dict[str, str]:
        """What the authorizer hands to the gateway: texts only."""
        return {name: str(value) for name, value in asdict(self).items()}

    def may(self, permission: Permission) -> bool:
        return permission in self.role.permissions

    def require(self, permission: Permission) -> None:
        if not self.may(permission):
            raise RejectedRequestError(FORBIDDEN, "forbidden", f"the role {self.role} does not have {permission}")
