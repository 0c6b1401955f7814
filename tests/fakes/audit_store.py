"""The audit log in memory, with a hook before each append: to be another writer, or to fail."""

from collections.abc import Callable, Iterator

from shared.audit.entry import AuditEntry


class InMemoryAuditStore:
    def __init__(self) -> None:
        self.entries: dict[tuple[str, int], AuditEntry] = {}
        self.before_append: Callable[[AuditEntry], None] = lambda _entry: None

    def last(self, tenant: str) -> AuditEntry | None:
        return next(self.newest_first(tenant), None)

    def append(self, entry: AuditEntry) -> bool:
        self.before_append(entry)
        return self.entries.setdefault((entry.tenant, entry.sequence), entry) is entry

    def newest_first(self, tenant: str, before: int | None = None) -> Iterator[AuditEntry]:
        entries = reversed(list(self.oldest_first(tenant)))
        return (entry for entry in entries if before is None or entry.sequence < before)

    def oldest_first(self, tenant: str, after: int = 0) -> Iterator[AuditEntry]:
        own = sorted(key for key in self.entries if key[0] == tenant and key[1] > after)
        return (self.entries[key] for key in own)
