"""Spans that tell of the same call: an SDK that tells of it by two, or two instrumentations of which each does by one.

A model calls no model. Where a span of a call stands directly in another, or beside one of another instrumentation that
holds it in time, with the same answer or both without any, both are of one call. The inner one knows more of it, each try
of its own, and is counted; the outer one only where it alone tells of tokens.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from functions.ingestion.dialects.tokens import has_tokens
from functions.ingestion.otlp.reading import Span

Identity = tuple[str, str]
"""The ids of a trace and of a span in it."""
MOST_AT_ONCE: Final = 32
"""So many calls that are alike may have begun before one."""


def told_twice(calls: Sequence[Span]) -> Collection[Identity]:
    """Which of the calls of a request are told of by another of them."""
    twice = {_poorer(outer, inner) for outer, inner in _nested(calls)}
    if len({call.scope for call in calls}) > 1:
        twice |= {_poorer(outer, inner) for outer, inner in _beside(calls)}
    return twice


def _nested(calls: Iterable[Span]) -> Iterator[tuple[Span, Span]]:
    by_id = {(call.trace_id, call.span_id): call for call in calls}
    for inner in by_id.values():
        outer = by_id.get((inner.trace_id, inner.parent_id))
        if outer is not None and outer is not inner:
            yield outer, inner


def _beside(calls: Iterable[Span]) -> Iterator[tuple[Span, Span]]:
    alike: dict[tuple[object, ...], list[Span]] = {}
    for call in calls:
        told = call.facts.get
        answer = told("request_id") or (call.is_failed, told("request_model"))
        alike.setdefault((call.trace_id, call.parent_id, answer), []).append(call)
    for group in alike.values():
        if len(group) > 1:
            yield from _pairs(group)


def _pairs(group: Iterable[Span]) -> Iterator[tuple[Span, Span]]:
    """Each span is in one pair at most: of calls made at the same time, each may lie in the other's spans too."""
    begun: deque[Span] = deque(maxlen=MOST_AT_ONCE)
    for inner in sorted(group, key=lambda call: (call.start_ns, -call.end_ns)):
        outer = min((span for span in begun if _holds(span, inner)), key=lambda span: span.end_ns, default=None)
        if outer is None:
            begun.append(inner)
        else:
            begun.remove(outer)
            yield outer, inner


def _holds(outer: Span, inner: Span) -> bool:
    return outer.scope != inner.scope and inner.end_ns <= outer.end_ns


def _poorer(outer: Span, inner: Span) -> Identity:
    is_inner = has_tokens(outer.facts) and not has_tokens(inner.facts) and not inner.is_failed
    return inner.trace_id, (inner if is_inner else outer).span_id
