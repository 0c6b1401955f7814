"""The tokens of a call, with cached, written and reasoning ones as parts of the totals, whoever tells them apart."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from functions.ingestion.dialects.values import count_of
from functions.ingestion.foreign import section

_USAGE: Final[Mapping[str, tuple[str, ...]]] = {
    "input_tokens": ("input", "input_tokens", "prompt_tokens", "promptTokens", "inputTokens"),
    "output_tokens": ("output", "output_tokens", "completion_tokens", "completionTokens", "outputTokens"),
    "total_tokens": ("total", "total_tokens", "totalTokens"),
    "cached_input_tokens": ("input_cached_tokens", "input_cache_read", "cache_read_input_tokens", "cached_tokens"),
    "cache_write_tokens": ("input_cache_creation", "cache_creation_input_tokens", "input_cache_write"),
    "reasoning_tokens": ("output_reasoning_tokens", "output_reasoning", "reasoning_tokens"),
}
"""Langfuse's `usage_details`: its own names, and those of the providers that it passes on."""
_DETAILS: Final = (
    "prompt_tokens_details",
    "input_tokens_details",
    "completion_tokens_details",
    "output_tokens_details",
)
_PARTS: Final = ("cached_input_tokens", "cache_write_tokens", "reasoning_tokens")
_PRINTED: Final = re.compile(r"'(\w{1,64})': (\d{1,20})\b")


class Tokens(NamedTuple):
    """Each as the provider counts them; parts that were not told, or are none, are None."""

    input: int
    output: int
    cached: int | None = None
    written: int | None = None
    reasoning: int | None = None


def tokens_of(facts: Mapping[str, Any], *, apart: bool = False) -> Tokens:
    """Of facts whose counts are read; `apart` says that parts are beside the totals, unless a sum says otherwise. Raises RejectedEventError for a sum beyond 2^32."""
    if "usage_details" in facts:
        told = _usage(facts["usage_details"])
        return _whole({name: count_of(told[name]) or 0 for name in _USAGE if name in told}, apart="input" in told)
    if "usage_object" in facts:
        return _whole({**_parts(facts["usage_object"]), **facts}, apart=False)
    if "cached_input_tokens" in facts or "cache_write_tokens" in facts or "reasoning_tokens" in facts:
        return _whole(facts, apart=apart)
    return Tokens(facts.get("input_tokens", 0), facts.get("output_tokens", 0))


def has_tokens(facts: Mapping[str, Any]) -> bool:
    return "input_tokens" in facts or "output_tokens" in facts or "usage_details" in facts


def _whole(counts: Mapping[str, int], *, apart: bool) -> Tokens:
    """Parts that are told beside a total, not in it, are added to it.

    They are beside it where they are more than the total, or where the sum that is told says so: Anthropic's own counts
    leave the cache out of `input_tokens`, Gemini's leave thoughts out of its output. `apart` says that the dialect tells
    them apart unless its sum says otherwise.
    """
    asked, answered = counts.get("input_tokens", 0), counts.get("output_tokens", 0)
    read, written = counts.get("cached_input_tokens", 0), counts.get("cache_write_tokens", 0)
    reasoning = counts.get("reasoning_tokens", 0)
    cache, total = read + written, counts.get("total_tokens")
    rest = total - asked - answered if total else None
    if cache and (asked < cache or (apart if rest is None else rest in (cache, cache + reasoning))):
        asked = count_of(asked + cache) or 0
    if reasoning and (answered < reasoning or (apart if rest is None else rest in (reasoning, cache + reasoning))):
        answered = count_of(answered + reasoning) or 0
    return Tokens(asked, answered, read or None, written or None, reasoning or None)


def _usage(text: object) -> dict[str, Any]:
    """By our names. `input` is kept too, where it is told so: it marks counts that are parts, none in another."""
    usage = json_object(text)
    flat = {**usage, **{name: count for part in _DETAILS for name, count in section(usage, part).items()}}
    told = {name: flat[key] for name, keys in _USAGE.items() for key in reversed(keys) if key in flat}
    return told | ({"input": 0} if "input" in usage else {})


def _parts(printed: str) -> dict[str, int]:
    """Of the totals, by our names, in a dict that Python has printed; they are told nowhere else.

    >>> _parts("{'prompt_tokens': 9, 'prompt_tokens_details': {'cached_tokens': 4, 'audio_tokens': None}}")
    {'cached_input_tokens': 4}
    """
    told = dict(_PRINTED.findall(printed))
    return {name: count_of(told[key]) or 0 for name in _PARTS for key in reversed(_USAGE[name]) if key in told}


def json_object(text: object) -> dict[str, Any]:
    """An object in an attribute, as Langfuse writes them; empty if it is none."""
    try:
        told = msgspec.json.decode(text) if isinstance(text, str) else None
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError):
        return {}
    return told if isinstance(told, dict) else {}
