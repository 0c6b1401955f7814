"""Requests about a data subject, and how far each has come."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

LINK_LIFE: Final = timedelta(days=7)
LONGEST_DELAY: Final = timedelta(days=30)


class RequestKind(StrEnum):
    EXPORT = "export"
    ERASURE = "erasure"


class RequestStatus(StrEnum):
    SCHEDULED = "scheduled"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    HELD = "held"
    """A legal hold was placed meanwhile: nothing was erased."""

    @property
    def is_over(self) -> bool:
        return self in {RequestStatus.DONE, RequestStatus.CANCELLED, RequestStatus.HELD}


class PrivacyRequest(msgspec.Struct, frozen=True):
    """`source` and `after` say where it goes on; `found` counts what was about the subject, by source. When an erasure is
    done, so is the id: only the digest stays.
    """

    id: str
    tenant: str
    kind: RequestKind
    user_id: str
    subject: str
    reason: str
    requested_by: str
    requested_at: datetime
    not_before: datetime
    status: RequestStatus = RequestStatus.SCHEDULED
    source: int = 0
    after: str = ""
    found: dict[str, int] = {}
    parts: int = 0
    done_at: datetime | None = None

    def counted(self, source: str, found: int, after: str) -> "PrivacyRequest":
        counts = {**self.found, source: self.found.get(source, 0) + found}
        return msgspec.structs.replace(self, status=RequestStatus.RUNNING, after=after, found=counts)

    def at_next_source(self) -> "PrivacyRequest":
        return msgspec.structs.replace(self, source=self.source + 1, after="")

    def done(self, now: datetime) -> "PrivacyRequest":
        user_id = "" if self.kind is RequestKind.ERASURE else self.user_id
        return msgspec.structs.replace(self, status=RequestStatus.DONE, done_at=now, user_id=user_id)
