"""Where the audit log is kept."""

from collections.abc import Iterator
from typing import Protocol

from shared.audit.entry import AuditEntry


class AuditStore(Protocol):
    """Reads are strong."""

    def last(self, tenant: str) -> AuditEntry | None: ...

    def append(self, entry: AuditEntry) -> bool:
        """False if the tenant has an entry of that sequence number already; none is ever written over."""
        ...

    def newest_first(self, tenant: str, before: int | None = None) -> Iterator[AuditEntry]:
        """Those of a smaller sequence number than `before`, or all."""
        ...

    def oldest_first(self, tenant: str, after: int = 0) -> Iterator[AuditEntry]:
        """Those of a greater sequence number than `after`."""
        ...
