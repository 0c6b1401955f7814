"""What access needs of the world: a store of keys, and the gateway's rate plans."""

from datetime import datetime
from typing import Protocol

from shared.access.keys import AccessKey


class AccessKeyStore(Protocol):
    def find(self, digest: str) -> AccessKey | None:
        """Strong: a key that was stored or revoked before is seen so."""
        ...

    def add(self, key: AccessKey) -> None:
        """Store a new key; a digest that is there already is a TransientError, for another key will not have it."""
        ...

    def of_tenant(self, tenant: str) -> list[AccessKey]:
        """All keys of a tenant, revoked ones too, oldest first; a change shows within seconds."""
        ...

    def revoke(self, digest: str, at: datetime) -> None:
        """Mark as revoked; the instant of the first revocation stays."""
        ...


class RatePlans(Protocol):
    """How much a key may ask of the gateway, which knows it by its digest alone."""

    def admit(self, key: AccessKey) -> None:
        """Put the key under its rate plan; RejectedError `unknown_rate_plan` if there is none of that name."""
        ...

    def remove(self, key: AccessKey) -> None:
        """Forget the key; one that is not there is gone already."""
        ...
