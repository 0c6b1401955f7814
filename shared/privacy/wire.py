"""What administrators send and read about data subjects; the same models make the OpenAPI description."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.privacy.request import LONGEST_DELAY, RequestKind, RequestStatus

UserId = Annotated[str, Field(min_length=1, max_length=256, description="As producers report it.")]
Reason = Annotated[str, Field(min_length=1, max_length=1000)]


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class ExportRequest(_Sent):
    user_id: UserId
    reason: Reason = "asked by the data subject"


class ErasureRequest(_Sent):
    user_id: UserId
    reason: Reason
    after_days: Annotated[int, Field(ge=0, le=LONGEST_DELAY.days, description="Until then it can be cancelled.")] = 30


class HoldRequest(_Sent):
    user_id: UserId
    reason: Reason


class ConsentRequest(_Sent):
    user_id: UserId
    purpose: Literal["marketing", "analytics", "data_processing"]
    granted: bool
    version: Annotated[str, Field(max_length=50, description="Of the text that they agreed to.")] = ""


class PrivacyRequestAnswer(_Answer):
    id: str
    kind: RequestKind
    status: RequestStatus
    user_id: Annotated[str, Field(description="Empty once it is erased.")]
    subject: Annotated[str, Field(description="A hash of the id, by which the audit log knows them.")]
    reason: str
    requested_by: str
    requested_at: datetime
    not_before: datetime
    found: Annotated[dict[str, int], Field(description="Records about the subject, by where they stand.")]
    done_at: datetime | None
    links_until: Annotated[datetime | None, Field(description="Until then an export can be downloaded.")]


class PrivacyRequestsAnswer(_Answer):
    requests: list[PrivacyRequestAnswer]


class DownloadAnswer(_Answer):
    links: Annotated[list[str], Field(description="JSON lines, in parts; each link opens for five minutes.")]


class HoldAnswer(_Answer):
    id: str
    user_id: str
    reason: str
    placed_by: str
    placed_at: datetime


class HoldsAnswer(_Answer):
    holds: list[HoldAnswer]


class ConsentAnswer(_Answer):
    user_id: str
    consents: Annotated[
        dict[str, dict[str, str | bool]], Field(description="By purpose: granted, version, recorded_at, recorded_by.")
    ]
