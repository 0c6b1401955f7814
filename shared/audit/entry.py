"""One entry of the audit log: who did what to what, and the hash of the entry before it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec

NO_HASH: Final = "0" * 64
"""What stands for the entry before the first."""
_CANONICAL: Final = msgspec.json.Encoder(order="sorted")


class AuditEntry(msgspec.Struct, frozen=True):
    """`hash` is of all else and of the hash before it, so no entry can be changed, left out or put in between unseen.

    `detail` holds names and numbers, never a secret and no text of prompts.
    """

    tenant: str
    sequence: int
    at: datetime
    actor: str
    action: str
    target: str
    detail: Mapping[str, str]
    previous_hash: str
    hash: str = ""

    def sealed(self) -> "AuditEntry":
        return msgspec.structs.replace(self, hash=self.computed_hash)

    @property
    def computed_hash(self) -> str:
        return sha256(_CANONICAL.encode(msgspec.structs.replace(self, hash=""))).hexdigest()


def broken_links(entries: Iterable[AuditEntry], before: str = NO_HASH, sequence: int = 0) -> Iterator[int]:
    """The sequence numbers at which a chain does not hold; `before` and `sequence` are of the entry ahead of the first."""
    for entry in entries:
        sequence += 1
        if (entry.sequence, entry.previous_hash, entry.hash) != (sequence, before, entry.computed_hash):
            yield entry.sequence
        before, sequence = entry.hash, entry.sequence
