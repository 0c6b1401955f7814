"""What an attribute's value is worth, by the fact that it tells: a name, a number, a count of tokens, a flag."""

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

import msgspec

from functions.ingestion.dialects.attributes import FACTS, RESOURCE_FACTS
from functions.ingestion.foreign import LONGEST_NAME, named
from shared.errors import RejectedEventError

MOST_TOKENS: Final = 2**32 - 1
_LONGEST_NUMBER: Final = 32


def name_of(value: object) -> str | None:
    r"""Of several the first, without what cannot be printed.

    >>> name_of(["stop", "length"]), name_of(" gpt-4o "), name_of(200), name_of("a\tb")
    ('stop', 'gpt-4o', '200', 'ab')
    """
    first = next(iter(value), None) if type(value) is list else value
    if type(first) is str and len(first) <= LONGEST_NAME and first.isprintable():
        return first.strip() or None
    name = named(first)
    if name is None or name.isprintable():
        return name
    return "".join(filter(str.isprintable, name)) or None


def number_of(value: object) -> float | None:
    """None for what is no number, or none that is finite.

    >>> number_of(0.25), number_of("0.25"), number_of(True), number_of("nan")
    (0.25, 0.25, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def count_of(value: object) -> int | None:
    """A count of tokens in any of its spellings; None for what is no number.

    >>> count_of(12), count_of("12"), count_of(12.0), count_of("many")
    (12, 12, 12, None)
    """
    if type(value) is int:
        count = value
    elif (isinstance(value, str) and value.strip().lstrip("-").isdecimal() and len(value) < _LONGEST_NUMBER) or (
        isinstance(value, float) and math.isfinite(value)
    ):
        count = int(value)
    else:
        return None
    if count < 0:
        raise RejectedEventError("negative_tokens", "Expected a count of tokens that is not below zero")
    if count > MOST_TOKENS:
        raise RejectedEventError("too_many_tokens", f"Expected at most {MOST_TOKENS} tokens")
    return count


def flag_of(value: object) -> bool | None:
    """Only what is said.

    >>> flag_of(True), flag_of("True"), flag_of(0)
    (True, True, None)
    """
    return True if str(value).lower() == "true" else None


def reason_of(value: object) -> str | None:
    """The first of a list, which LiteLLM writes as JSON.

    >>> reason_of(["stop"]), reason_of('["length", "stop"]'), reason_of("[")
    ('stop', 'length', '[')
    """
    if isinstance(value, str) and value.startswith("["):
        with suppress(msgspec.DecodeError, RecursionError, UnicodeEncodeError):
            return name_of(msgspec.json.decode(value))
    return name_of(value)


def text_of(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


_OTHERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(("cost", "ttft_seconds", "ttft_ms", "score", "risk"), number_of),
    **dict.fromkeys(("usage_details", "usage_object", "cost_details", "first_token_at"), text_of),
    "streaming": flag_of,
    "finish_reason": reason_of,
}


def _worth(fact: str) -> Callable[[Any], Any]:
    return count_of if fact.endswith("_tokens") else _OTHERS.get(fact, name_of)


WORTH: Final[Mapping[str, Callable[[Any], Any]]] = {fact: _worth(fact) for fact in (*FACTS, *RESOURCE_FACTS)}
"""By fact: from a value to what it is worth, None if nothing; RejectedEventError for a count that cannot be."""
