"""Histograms as spreads: how many observations of which value, by the middle of each bucket.

A middle is as far from what was seen as half of its bucket is wide: of exponential histograms that is the geometric one,
and at their usual scales within the sketches' own error.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from shared.errors import RejectedEventError

Share = tuple[float, int]
"""A value, and how many observations have it."""
MOST_OBSERVATIONS: Final = 10_000
_MOST_BUCKETS: Final = 2_048
_SCALES: Final = range(-10, 21)


def explicit_shares(point: Any) -> list[Share]:
    """Of a HistogramDataPoint. The outer buckets have no middle: their one bound stands for them, or what was least and
    most, if it is told.

    >>> from types import SimpleNamespace
    >>> explicit_shares(SimpleNamespace(explicit_bounds=[1, 3], bucket_counts=[0, 5, 1], min=None, max=None, count=6))
    [(2.0, 5), (3, 1)]
    """
    bounds, counts = list(point.explicit_bounds), list(point.bucket_counts)
    if not counts:
        return _checked([(point.sum / point.count, point.count)] if point.count else [])
    if len(counts) != len(bounds) + 1 or any(low >= high for low, high in pairwise(bounds)):
        raise RejectedEventError("invalid_histogram", "Expected rising bounds, and one more count than bounds")
    if not bounds:
        return _checked([(point.sum / point.count, point.count)] if point.count else [])
    middles = [(low + high) / 2 for low, high in pairwise(bounds)]
    return _checked(zip([max(bounds[0], 0), *middles, bounds[-1]], counts, strict=True))


def exponential_shares(point: Any) -> list[Share]:
    """Of an ExponentialHistogramDataPoint, whose bucket i lies above base**i, base being 2**(2**-scale)."""
    if point.scale not in _SCALES or len(point.positive.bucket_counts) > _MOST_BUCKETS:
        raise RejectedEventError("invalid_histogram", f"Expected a scale from -10 to 20 and {_MOST_BUCKETS} buckets")
    if any(point.negative.bucket_counts):
        raise RejectedEventError("negative_value", "Expected no value below zero")
    return _checked([(0.0, point.zero_count), *_positive(point.positive, 2.0**-point.scale)])


def _positive(buckets: Any, step: float) -> Iterator[Share]:
    try:
        for index, count in enumerate(buckets.bucket_counts, buckets.offset):
            if count:
                yield 2.0 ** ((index + 0.5) * step), count
    except OverflowError:
        raise RejectedEventError("invalid_histogram", "A bucket lies beyond all numbers") from None


def _checked(shares: Any) -> list[Share]:
    seen = [(value, count) for value, count in shares if count]
    if sum(count for _, count in seen) > MOST_OBSERVATIONS:
        raise RejectedEventError("too_many_observations", f"A histogram holds at most {MOST_OBSERVATIONS} observations")
    return seen
