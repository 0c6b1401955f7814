"""Calls inside of calls: an SDK that tells of one call by two spans, or two instrumentations of the same call.

A model calls no model. Where a span of a call stands directly in another, both are of one call, and the inner one knows more
of it: each try of its own, say. The outer one counts only where it alone tells of tokens.
"""

from collections.abc import Collection, Iterable

from functions.ingestion.dialects.tokens import has_tokens
from functions.ingestion.otlp.reading import Span

Identity = tuple[str, str]
"""The ids of a trace and of a span in it."""


def told_twice(calls: Iterable[Span]) -> Collection[Identity]:
    """Which of the calls of a request are told of by another of them."""
    by_id = {(call.trace_id, call.span_id): call for call in calls}
    pairs = ((by_id.get((call.trace_id, call.parent_id)), call) for call in by_id.values())
    return {
        (inner.trace_id, (inner if _is_poorer(inner, outer) else outer).span_id)
        for outer, inner in pairs
        if outer is not None and outer is not inner
    }


def _is_poorer(inner: Span, outer: Span) -> bool:
    return has_tokens(outer.facts) and not has_tokens(inner.facts) and not inner.is_failed
