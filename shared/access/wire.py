"""API keys as the API tells and takes them; the same structs make its description."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from shared.access.keys import AccessKey
from shared.access.roles import Permission, Role

MOST_VALID_DAYS = 3650
DEFAULT_VALID_DAYS = 90


class KeyRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A key to be made: it may do no more than who makes it. `scopes` leave of what the role permits only these; without a
    rate plan it has that of who makes it, and `valid_days` of null is without end.
    """

    role: Role
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    rate_plan: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    valid_days: Annotated[int, Meta(ge=1, le=MOST_VALID_DAYS)] | None = DEFAULT_VALID_DAYS
    scopes: Annotated[list[Permission], Meta(max_length=20)] = []


class Key(Struct, frozen=True):
    """A key without its secret."""

    key_id: str
    prefix: str
    name: str
    tenant: str
    role: Role
    rate_plan: str
    scopes: list[Permission]
    created_at: datetime
    valid_until: datetime | None
    revoked_at: datetime | None


class KeyAnswer(Struct, frozen=True):
    key: Key


class NewKeyAnswer(Struct, frozen=True):
    """The one answer that holds the secret."""

    api_key: str
    key: Key


class KeysAnswer(Struct, frozen=True):
    """Oldest first, revoked ones too."""

    keys: list[Key]


def told(key: AccessKey) -> Key:
    return Key(
        key_id=key.key_id,
        prefix=key.prefix,
        name=key.name,
        tenant=key.tenant,
        role=key.role,
        rate_plan=key.rate_plan,
        scopes=list(key.scopes),
        created_at=key.created_at,
        valid_until=key.valid_until,
        revoked_at=key.revoked_at,
    )
