"""What a load test must not exceed, and what of it was exceeded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Told:
    """Of one scenario: requests, how many failed, and times of answers in milliseconds."""

    requests: int
    failed: int
    p50_ms: float
    p95_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Limits:
    p95_ms: float
    p99_ms: float
    failed: float
    """Share of all requests."""


USUAL: Final = Limits(500, 1_000, 0.01)
OF_QUERIES: Final = Limits(300, 500, 0.01)
OF_STRESS: Final = Limits(float("inf"), 2_000, 0.05)
QUERIES: Final = frozenset({"query", "dashboard"})


def broken(results: Mapping[str, Told], *, stress: bool = False) -> Iterator[str]:
    """In words; a scenario without a request is broken too."""
    for name, told in results.items():
        limits = OF_STRESS if stress else OF_QUERIES if name in QUERIES else USUAL
        if not told.requests:
            yield f"{name}: nothing was asked"
            continue
        if told.failed / told.requests > limits.failed:
            yield f"{name}: {told.failed} of {told.requests} failed, {limits.failed:.0%} may"
        for quantile, took, most in (("p95", told.p95_ms, limits.p95_ms), ("p99", told.p99_ms, limits.p99_ms)):
            if took > most:
                yield f"{name}: {quantile} {took:,.0f} ms, {most:,.0f} may be"
