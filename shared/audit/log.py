"""Writes the audit log: each entry behind the last one, whoever else writes meanwhile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.audit.entry import NO_HASH, AuditEntry
from shared.audit.stores import AuditStore
from shared.errors import TransientError

TRIES: Final = 20


@dataclass(frozen=True, slots=True)
class AuditLog:
    store: AuditStore
    clock: Callable[[], datetime]

    def record(
        self, tenant: str, actor: str, action: str, target: str = "", detail: Mapping[str, str] | None = None
    ) -> AuditEntry:
        """TransientError when too many write at once."""
        for _ in range(TRIES):
            last = self.store.last(tenant)
            entry = AuditEntry(
                tenant=tenant,
                sequence=last.sequence + 1 if last else 1,
                at=self.clock(),
                actor=actor,
                action=action,
                target=target,
                detail=dict(detail or {}),
                previous_hash=last.hash if last else NO_HASH,
            ).sealed()
            if self.store.append(entry):
                return entry
        raise TransientError("audit: others were always first")
