"""Event ids as text: a UUID in any of its spellings in, one canonical form out, so that one id is never counted twice."""

import re
from collections.abc import Sequence
from hashlib import blake2b

from shared.errors import RejectedEventError

_UUID = re.compile(
    r"(?:urn:uuid:)?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})"
    r"|([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})"
)
_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CANONICAL_LENGTH = 36
_TEMPLATE = b"00000000-0000-0000-0000-000000000000"
_ANY_DIGIT = bytes.maketrans(b"123456789abcdef", b"000000000000000")


def canonical_id(text: str, field: str) -> str:
    """Lower case and dashed, whatever the spelling.

    >>> canonical_id("urn:uuid:6BA7B810-9DAD-11D1-80B4-00C04FD430C8", "event_id")
    '6ba7b810-9dad-11d1-80b4-00c04fd430c8'
    """
    if _CANONICAL.fullmatch(text):
        return text
    match = _UUID.fullmatch(text.lower())
    if match is None:
        raise RejectedEventError("invalid_id", f"Expected a UUID - at `$.{field}`")
    return "-".join(filter(None, match.groups()))


def id_of_content(item: bytes) -> str:
    """The id of an event that came without one: the same bytes sent again are the same event.

    >>> id_of_content(b"{}")
    '2afb9b83-f931-4e5d-0297-66197f539792'
    """
    return canonical_id(blake2b(item, digest_size=16).hexdigest(), "event_id")


def are_canonical(ids: Sequence[str]) -> bool:
    """Whether every one is canonical already; the whole batch is compared at once.

    >>> are_canonical(["6ba7b810-9dad-11d1-80b4-00c04fd430c8"]), are_canonical(["6BA7B810-9dad-11d1-80b4-00c04fd430c8"])
    (True, False)
    """
    template = _TEMPLATE * len(ids)
    return set(map(len, ids)) <= {_CANONICAL_LENGTH} and "".join(ids).encode().translate(_ANY_DIGIT) == template
