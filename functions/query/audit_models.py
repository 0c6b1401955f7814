"""The audit log and who asks, as they are answered."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class AuditEntryAnswer(_Answer):
    sequence: int
    at: datetime
    actor: Annotated[str, Field(description="The key or user that did it.")]
    action: str
    target: str
    detail: dict[str, str]
    previous_hash: str
    hash: Annotated[str, Field(description="SHA-256 of all else, the hash before it included.")]


class AuditAnswer(_Answer):
    entries: Annotated[list[AuditEntryAnswer], Field(description="The newest first.")]
    next: Annotated[int | None, Field(description="Parameter `next` of the following page; null on the last.")]


class AuditVerdict(_Answer):
    valid: bool
    entries: Annotated[int, Field(description="How many were looked at.")]
    head: Annotated[str | None, Field(description="The hash of the newest: note it elsewhere, and compare it later.")]
    broken_at: Annotated[list[int], Field(description="The sequence numbers at which the chain does not hold.")]


class WhoAnswer(_Answer):
    tenant: str
    role: str
    key_id: str
    rate_plan: str
    permissions: list[str]
