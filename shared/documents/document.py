"""What people keep in the hub for themselves or each other: a dashboard, preferences, a link to a dashboard."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec


class DocumentKind(StrEnum):
    DASHBOARD = "dashboard"
    PREFERENCES = "preferences"
    SHARE = "share"
    PRIVACY_REQUEST = "privacy_request"
    PRIVACY_WORK = "privacy_work"
    LEGAL_HOLD = "legal_hold"
    CONSENT = "consent"


class DocumentHead(msgspec.Struct, frozen=True):
    """All but the content. `edition` counts how often it was written, so that nobody writes over what they have not seen."""

    tenant: str
    kind: DocumentKind
    id: str
    owner: str
    edition: int
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None = None
    about: dict[str, Any] = {}
    """What lists tell of it."""


class Document(msgspec.Struct, frozen=True):
    head: DocumentHead
    content: dict[str, Any]
