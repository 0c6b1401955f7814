"""What may be asked of access by whoever may invoke it: to make, list, revoke and rotate API keys."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, TypeAdapter, ValidationError

from shared.access.roles import Permission, Role
from shared.access.wire import DEFAULT_VALID_DAYS, MOST_VALID_DAYS
from shared.errors import RejectedRequestError

# Tenants are part of storage keys, which `#` separates.
Tenant = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
KeyId = Annotated[str, Field(pattern=r"^key_[0-9a-f]{32}$")]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    tenant: Tenant


class CreateKey(_Command):
    command: Literal["create_key"] = "create_key"
    role: Role
    name: Name
    rate_plan: Name = "standard"
    scopes: tuple[Permission, ...] = ()
    valid_days: Annotated[PositiveInt, Field(le=MOST_VALID_DAYS)] | None = DEFAULT_VALID_DAYS


class ListKeys(_Command):
    command: Literal["list_keys"] = "list_keys"


class RevokeKey(_Command):
    command: Literal["revoke_key"] = "revoke_key"
    key_id: KeyId


class RotateKey(_Command):
    command: Literal["rotate_key"] = "rotate_key"
    key_id: KeyId


Command = CreateKey | ListKeys | RevokeKey | RotateKey
_COMMANDS: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Field(discriminator="command")])


def parse_command(asked: dict[str, Any]) -> Command:
    """RejectedRequestError with what is wrong, field by field, and nothing of what was sent."""
    try:
        return _COMMANDS.validate_python(asked)
    except ValidationError as error:
        wrong = {".".join(map(str, each["loc"][1:])) or "command": each["msg"] for each in error.errors()}
        raise RejectedRequestError(400, "invalid_command", "the command is not valid", wrong) from None
