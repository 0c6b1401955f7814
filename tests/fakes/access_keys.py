"""Keys and rate plans in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from shared.access.keys import AccessKey
from shared.errors import RejectedError, TransientError


class InMemoryAccessKeyStore:
    """Counts its look-ups, and is out of order on request."""

    def __init__(self, keys: Sequence[AccessKey] = ()) -> None:
        self.stored = {key.digest: key for key in keys}
        self.reads = 0
        self.is_down = False

    def find(self, digest: str) -> AccessKey | None:
        self.reads += 1
        if self.is_down:
            raise TransientError("the store is out of order")
        return self.stored.get(digest)

    def add(self, key: AccessKey) -> None:
        if key.digest in self.stored:
            raise TransientError("there is such a key already")
        self.stored[key.digest] = key

    def of_tenant(self, tenant: str) -> list[AccessKey]:
        keys = [key for key in self.stored.values() if key.tenant == tenant]
        return sorted(keys, key=lambda key: (key.created_at, key.key_id))

    def revoke(self, digest: str, at: datetime) -> None:
        key = self.stored.get(digest)
        if key and key.revoked_at is None:
            self.stored[digest] = replace(key, revoked_at=at)


class InMemoryRatePlans:
    """The digests admitted to each plan."""

    def __init__(self, *plans: str) -> None:
        self.admitted: dict[str, set[str]] = {plan: set() for plan in plans or ("standard", "high")}

    def admit(self, key: AccessKey) -> None:
        if key.rate_plan not in self.admitted:
            raise RejectedError("unknown_rate_plan", f"there is no rate plan {key.rate_plan!r}")
        self.admitted[key.rate_plan].add(key.digest)

    def remove(self, key: AccessKey) -> None:
        for digests in self.admitted.values():
            digests.discard(key.digest)
