"""A quarantine in memory."""

from shared.packs.quarantine import QuarantinedRecord


class InMemoryQuarantine:
    def __init__(self) -> None:
        self.kept: dict[str, QuarantinedRecord] = {}

    def put(self, record: QuarantinedRecord) -> None:
        self.kept[f"{record.stage}/{record.shard}/{record.sequence}"] = record
