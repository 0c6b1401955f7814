"""API keys: the secret that a producer sends, and the record that the hub keeps of it."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

from shared.access.principal import Principal
from shared.access.roles import Permission, Role

RandomBytes = Callable[[int], bytes]

_LEAD: Final = "llmah_"
_SECRET_BYTES: Final = 32
_PREFIX_LENGTH: Final = 8
_SPELLING: Final = re.compile(rf"{_LEAD}[A-Za-z0-9_-]{{43}}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """The secret itself: `llmah_` and 32 random bytes in base64url. It is shown once and stored nowhere.

    >>> key = ApiKey.parse("llmah_" + "A" * 43)
    >>> key, key.digest[:12]
    (ApiKey(prefix='AAAAAAAA'), 'e1a1766da550')
    """

    secret: str = field(repr=False)

    @classmethod
    def new(cls, random: RandomBytes) -> "ApiKey":
        return cls(_LEAD + urlsafe_b64encode(random(_SECRET_BYTES)).decode().rstrip("="))

    @classmethod
    def parse(cls, text: str) -> "ApiKey | None":
        """None for what cannot be a key, so that it costs no look-up."""
        return cls(text) if _SPELLING.fullmatch(text) else None

    @property
    def digest(self) -> str:
        """SHA-256 in hex, by which the key is found. The secret has 256 random bits, so no salt or stretching is
        needed; and as nothing compares secrets but a look-up by their hash, no timing tells anything of them.
        """
        return sha256(self.secret.encode()).hexdigest()

    @property
    def prefix(self) -> str:
        """The first 8 characters after `llmah_`, for people to tell keys apart: 208 bits stay unknown."""
        return self.secret[len(_LEAD) :][:_PREFIX_LENGTH]

    def __repr__(self) -> str:
        return f"ApiKey(prefix={self.prefix!r})"


@dataclass(frozen=True, slots=True)
class AccessKey:
    """What is kept of a key. The digest opens nothing by itself, yet belongs in no log either."""

    key_id: str
    digest: str = field(repr=False)
    prefix: str
    name: str
    tenant: str
    role: Role
    rate_plan: str
    created_at: datetime
    valid_until: datetime | None = None
    revoked_at: datetime | None = None
    scopes: tuple[Permission, ...] = ()
    """Of what the role permits, only these; all of it if there are none."""

    def is_valid(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.valid_until is None or now < self.valid_until)

    @property
    def principal(self) -> Principal:
        return Principal(self.tenant, self.role, self.key_id, self.rate_plan, self.scopes)


def new_key_id(random: RandomBytes) -> str:
    """`key_` and 32 hex digits."""
    return f"key_{random(16).hex()}"
