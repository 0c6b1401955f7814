"""What every foreign format needs to become events: ids made of the client's own, instants, names cut to their bounds."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import msgspec

from shared.errors import RejectedEventError, RejectedRequestError
from shared.events.decoding import MAX_EVENT_BYTES, DecodedEvents, Rejection, admit_each
from shared.events.event import Event
from shared.events.framing import UNREADABLE
from shared.events.identifiers import canonical_id
from shared.events.timestamps import format_timestamp

DEFAULT_ENVIRONMENT = "default"
"""Of a client that names none; nothing is guessed to be production."""
LONGEST_NAME = 256
_TRACE_ID_DIGITS = 32


def event_id_of(*parts: str) -> str:
    """The id of an event by what its own format knows it by. Each part is told with its length, so that no two lists of
    parts that differ make the same id.

    >>> event_id_of("litellm", "call-1"), event_id_of("litell", "mcall-1")
    ('36e898a8-5ddc-8c62-dc01-2c7040d61a8d', '3b8e89a6-8ce2-751e-4cfe-777a058ed488')
    """
    told = b"".join(b"%d:%b" % (len(part), part) for part in (part.encode(errors="surrogatepass") for part in parts))
    return canonical_id(blake2b(told, digest_size=16).hexdigest(), "event_id")


def correlation_of(trace_id: object) -> str | None:
    """The correlation id of a W3C trace id, whose 16 bytes are those of a UUID; None if it is no such id."""
    if not isinstance(trace_id, str):
        return None
    digits = trace_id.replace("-", "").lower()
    if len(digits) != _TRACE_ID_DIGITS or not digits.strip("0") or digits.strip("0123456789abcdef"):
        return None
    return canonical_id(digits, "correlation_id")


def instant_of(seconds: object) -> str | None:
    """The canonical timestamp of seconds since 1970; None if it is no number that could be one.

    >>> instant_of(1763805912.25), instant_of("yesterday"), instant_of(1e300)
    ('2025-11-22T10:05:12.250000Z', None, None)
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return format_timestamp(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError):
        return None


def admit_groups(groups: Sequence[Sequence[Event | RejectedEventError]], received_at: datetime) -> DecodedEvents:
    """Where one item makes several events: a rejection tells of the item by its place."""
    places = [place for place, group in enumerate(groups) for _ in group]
    decoded = admit_each([candidate for group in groups for candidate in group], received_at)
    rejections = [Rejection(places[each.index], each.code, each.message) for each in decoded.rejections]
    return DecodedEvents(decoded.events, rejections, [places[index] for index in decoded.items()])


def named(value: object) -> str | None:
    """A text or number as a name: stripped and cut to 256 characters; None if nothing is left.

    >>> named("  team-a "), named(""), named(7), named({})
    ('team-a', None, '7', None)
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip()[:LONGEST_NAME] or None


def section(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object inside an object; an empty one where there is none."""
    inner = of.get(name)
    return inner if isinstance(inner, dict) else {}


def media_type(content_type: str) -> str:
    """Without its parameters, in lower case.

    >>> media_type("Application/CloudEvents+JSON; charset=utf-8")
    'application/cloudevents+json'
    """
    return content_type.partition(";")[0].strip().lower()


def parsed(item: bytes) -> Any:
    """The JSON of one item; RejectedEventError if it is none."""
    if len(item) > MAX_EVENT_BYTES:
        raise RejectedEventError("event_too_large", f"Expected at most {MAX_EVENT_BYTES} bytes")
    with unreadable_as_rejected():
        return msgspec.json.decode(item)


def parsed_object(item: bytes) -> dict[str, Any]:
    told = parsed(item)
    if not isinstance(told, dict):
        raise RejectedEventError("invalid_event", "Expected an object")
    return told


@contextmanager
def unreadable_as_rejected() -> Iterator[None]:
    try:
        yield
    except RecursionError:
        raise RejectedEventError("nested_too_deep", "The item is nested too deep") from None
    except UNREADABLE:
        raise RejectedEventError("invalid_json", "The item is not JSON") from None


def unsupported_media_type(expected: str) -> RejectedRequestError:
    return RejectedRequestError(415, "unsupported_media_type", f"Content-Type may be {expected}")
