"""A failure bucket in memory, into which quarantine writes and from which redrive reads."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from shared.packs.failures import Failure, FailureRef
from shared.packs.quarantine import QuarantinedRecord

KEPT_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class InMemoryFailures:
    """`FailureStore` and `Quarantine` in one, as the bucket is. `before` runs before each call: to crash, or to fail."""

    def __init__(self) -> None:
        self.kept: dict[str, Failure] = {}
        self.before: Callable[[str], None] = lambda _call: None

    def put(self, record: QuarantinedRecord) -> None:
        self.before("put")
        key = f"quarantine/{record.stage}/{record.shard}/{record.sequence}"
        reason = {"code": record.code, "message": record.message, "partition-key": record.partition_key}
        self.kept[key] = Failure(key, record.data, reason)

    def give_up(self, key: str, data: bytes) -> None:
        """What Lambda does."""
        self.kept[key] = Failure(key, data, {})

    def waiting(self, after: str = "") -> Iterator[FailureRef]:
        self.before("waiting")
        for key in sorted(self.kept):
            if key > after:
                yield FailureRef(key, KEPT_AT, len(self.kept[key].data))

    def read(self, key: str) -> Failure | None:
        self.before("read")
        return self.kept.get(key)

    def delete(self, key: str) -> None:
        self.before("delete")
        self.kept.pop(key, None)
