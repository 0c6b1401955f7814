"""API keys and their records, valid by default."""

from datetime import UTC, datetime
from typing import Any

from shared.access.keys import AccessKey, ApiKey
from shared.access.roles import Role

SECRET = ApiKey("llmah_" + "k" * 43)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def access_key(secret: ApiKey = SECRET, **given: Any) -> AccessKey:
    fields: dict[str, Any] = {
        "key_id": "key_0123456789abcdef0123456789abcdef",
        "digest": secret.digest,
        "prefix": secret.prefix,
        "name": "ci",
        "tenant": "acme",
        "role": Role.ADMIN,
        "rate_plan": "standard",
        "created_at": NOW,
    }
    return AccessKey(**(fields | given))
