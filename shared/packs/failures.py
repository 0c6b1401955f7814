"""What waits in the failure bucket: records in quarantine, and batches that Lambda gave up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class FailureKind(StrEnum):
    """Quarantined is the data's fault, and waits for a person; given up was the world's, and may be tried again."""

    QUARANTINED = "quarantined"
    GIVEN_UP = "given_up"
    UNKNOWN = "unknown"


_PREFIXES = {"quarantine/": FailureKind.QUARANTINED, "aws/lambda/": FailureKind.GIVEN_UP}


@dataclass(frozen=True, slots=True)
class FailureRef:
    """An object of the failure bucket, as a listing shows it."""

    key: str
    kept_at: datetime
    size_bytes: int

    @property
    def kind(self) -> FailureKind:
        return kind_of(self.key)


@dataclass(frozen=True, slots=True)
class Failure:
    """An object whole; `reason` is what quarantine wrote beside it: code, message, partition-key."""

    key: str
    data: bytes
    reason: Mapping[str, str]

    @property
    def kind(self) -> FailureKind:
        return kind_of(self.key)


class FailureStore(Protocol):
    """Every method raises TransientError when the store does not answer."""

    def waiting(self, after: str = "") -> Iterator[FailureRef]:
        """In the order of the keys, from the first one that is greater; what is deleted meanwhile does no harm."""
        ...

    def read(self, key: str) -> Failure | None:
        """None if it is gone."""
        ...

    def delete(self, key: str) -> None:
        """It may be gone already."""
        ...


def kind_of(key: str) -> FailureKind:
    return next((kind for prefix, kind in _PREFIXES.items() if key.startswith(prefix)), FailureKind.UNKNOWN)
