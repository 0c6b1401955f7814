"""Makes, lists, revokes and rotates API keys, in the store and in the gateway's rate plans."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from functions.access.commands import CreateKey
from shared.access.keys import AccessKey, ApiKey, RandomBytes, new_key_id
from shared.access.stores import AccessKeyStore, RatePlans
from shared.errors import RejectedRequestError, TransientError

Record = Callable[[str, AccessKey], object]
"""Writes down what is about to become of a key ("key.created"); what cannot be written down is not done."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key at the one moment when its secret is known."""

    secret: ApiKey
    key: AccessKey


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Whatever step fails, no half-made key opens anything: a key works only when it stands in plan and store."""

    store: AccessKeyStore
    plans: RatePlans
    clock: Callable[[], datetime]
    random: RandomBytes

    def create(self, asked: CreateKey, record: Record) -> NewKey:
        secret, now = ApiKey.new(self.random), self._now()
        key = AccessKey(
            key_id=new_key_id(self.random),
            digest=secret.digest,
            prefix=secret.prefix,
            name=asked.name,
            tenant=asked.tenant,
            role=asked.role,
            rate_plan=asked.rate_plan,
            scopes=tuple(sorted(set(asked.scopes))),
            created_at=now,
            valid_until=None if asked.valid_days is None else now + timedelta(days=asked.valid_days),
        )
        record("key.created", key)
        return self._added(secret, key)

    def list(self, tenant: str) -> list[AccessKey]:
        return self.store.of_tenant(tenant)

    def revoke(self, tenant: str, key_id: str, record: Record) -> AccessKey:
        """Revoked first, so that it stops working even if the gateway cannot be told; asking again tells it again."""
        key = self.find(tenant, key_id)
        record("key.revoked", key)
        return self._revoked(key)

    def _revoked(self, key: AccessKey) -> AccessKey:
        now = self._now()
        self.store.revoke(key.digest, now)
        self.plans.remove(key)
        return replace(key, revoked_at=key.revoked_at or now)

    def rotate(self, tenant: str, key_id: str, record: Record) -> NewKey:
        """A new key for the same purpose and as long a life; the old one is revoked."""
        old = self.find(tenant, key_id)
        if old.revoked_at is not None:
            raise RejectedRequestError(409, "key_revoked", "a revoked key cannot be rotated")
        secret, now = ApiKey.new(self.random), self._now()
        life = None if old.valid_until is None else old.valid_until - old.created_at
        key = replace(
            old,
            key_id=new_key_id(self.random),
            digest=secret.digest,
            prefix=secret.prefix,
            created_at=now,
            valid_until=None if life is None else now + life,
        )
        record("key.rotated", key)
        made = self._added(secret, key)
        self._revoked(old)
        return made

    def _added(self, secret: ApiKey, key: AccessKey) -> NewKey:
        self.plans.admit(key)
        try:
            self.store.add(key)
        except TransientError:
            self.plans.remove(key)
            raise
        return NewKey(secret, key)

    def find(self, tenant: str, key_id: str) -> AccessKey:
        for key in self.store.of_tenant(tenant):
            if key.key_id == key_id:
                return key
        raise RejectedRequestError(404, "not_found", "the tenant has no such key")

    def _now(self) -> datetime:
        return self.clock().replace(microsecond=0)
