"""Points as the mirror is given them, made of single observations: a tenant's afternoon of calls and findings."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.mirror.points import Points
from shared.windows.groups import GROUPINGS as SETS, OVERFLOW, grouping_name
from shared.windows.table import Key
from shared.windows.window import Resolution, Window

OVER_THE_LIMIT = "rarely-used"
"""The model whose groups went into the overflow series of their grouping."""
RESOLUTION = Resolution.FIVE_MINUTES
GROUPINGS = tuple(map(grouping_name, SETS))
STARTS = 1_800_000_000
SPAN = 2 * 3600

Group = tuple[str | None, ...]


@dataclass(frozen=True)
class Observation:
    """A value of a measure in an event; `at` is in seconds. A dimension that the event does not have is None."""

    at: int
    tenant: str
    measure: str
    value: float
    dimensions: Mapping[str, str | None]

    def group(self, grouping: str) -> Group:
        """The values of the grouping's dimensions, none of them told of what is over the limit."""
        names = () if grouping == "total" else tuple(grouping.split("+"))
        values = tuple(self.dimensions.get(name) for name in names)
        return tuple(None for _ in names) if OVER_THE_LIMIT in values else values

    @property
    def window(self) -> Window:
        return RESOLUTION.containing(datetime.fromtimestamp(self.at, UTC))

    def is_over(self, grouping: str) -> bool:
        return "model" in grouping and self.dimensions.get("model") == OVER_THE_LIMIT


def points_of(observations: Iterable[Observation]) -> Iterator[Points]:
    """A window's rows after the other's, as the mirror is given them."""
    windows: dict[Window, dict[tuple[Key, str], list[float]]] = defaultdict(lambda: defaultdict(list))
    for seen, grouping in product(observations, GROUPINGS):
        group = (OVERFLOW,) if seen.is_over(grouping) else seen.group(grouping)
        windows[seen.window][(seen.tenant, grouping, *group), seen.measure].append(seen.value)
    return (_points(window, rows) for window, rows in windows.items())


def _points(window: Window, rows: Mapping[tuple[Key, str], list[float]]) -> Points:
    keys, measures = zip(*rows, strict=True)
    values = [np.array(each) for each in rows.values()]
    statistics = {name: [float(of(each)) for each in values] for name, of in _STATISTICS.items()}
    return Points(window, len(values), list(keys), list(measures), [len(each) for each in values], statistics)


_STATISTICS: Mapping[str, Callable[[NDArray[np.float64]], Any]] = {
    "sum": np.sum,
    "min": np.min,
    "max": np.max,
    "mean": np.mean,
    "std_dev": np.std,
    "median": np.median,
    "p95": partial(np.percentile, q=95),
    "p99": partial(np.percentile, q=99),
}


def afternoon(seed: int = 1) -> list[Observation]:
    """Two tenants; what one has done must never be seen by the other."""
    random = np.random.default_rng(seed)
    return [seen for tenant, calls in (("acme", 400), ("other", 90)) for seen in _of_tenant(tenant, calls, random)]


def _of_tenant(tenant: str, calls: int, random: np.random.Generator) -> Iterator[Observation]:
    models = ["gpt-4o", "meta/llama-3.1", "gpt-4o mini", "our gpt-4o", OVER_THE_LIMIT]
    for _ in range(calls):
        at = STARTS + int(random.integers(SPAN))
        model = str(random.choice(models, p=[0.4, 0.2, 0.2, 0.1, 0.1]))
        where: dict[str, str | None] = {
            "model": model,
            "provider": "openai" if model == "gpt-4o" else "bedrock",
            "source_module": "gateway",
            "environment": str(random.choice(["prod", "test"])),
            "team": [None, "search", "help desk"][int(random.integers(3))],
        }
        for measure, value in _call(random).items():
            yield Observation(at, tenant, measure, value, where)
    for kind in FINDINGS * 40:
        at = STARTS + int(random.integers(SPAN))
        found: dict[str, str | None] = {
            "source_module": str(random.choice(["sentinel", "policy-engine"])),
            "environment": str(random.choice(["prod", "test"])),
        }
        for name, value in _finding(kind, random).items():
            yield Observation(at, tenant, name, value, found)


def _call(random: np.random.Generator) -> dict[str, float]:
    priced = random.random() < 0.9
    cost = {"computed_cost_usd": float(random.lognormal(-5))} if priced else {"unpriced_requests": 1.0}
    return {
        "events": 1.0,
        "requests": 1.0,
        "errors": float(random.random() < 0.1),
        "latency_ms": float(random.lognormal(6)),
        "ttft_ms": float(random.lognormal(5)),
        "queue_time_ms": float(random.lognormal(2)),
        "input_tokens": float(random.integers(1, 4000)),
        "output_tokens": float(random.integers(1, 900)),
        "cached_input_tokens": float(random.integers(0, 100)),
        "reasoning_tokens": float(random.integers(0, 50)),
        "reported_cost_usd": float(random.lognormal(-5)),
        **cost,
    }


COUNTED: Mapping[str, Collection[str]] = {
    "threats": ("critical_threats", "blocked_threats"),
    "vulnerabilities": ("critical_vulnerabilities",),
    "compliance_violations": (),
    "auth_events": ("auth_failures",),
    "policy_violations": ("critical_policy_violations", "remediated_policy_violations"),
    "compliance_checks": ("failed_compliance_checks",),
    "privacy_operations": ("unconsented_privacy_operations",),
    "audit_records": (),
    "data_operations": (),
    "custom_events": (),
}
"""What an event of a kind counts itself as, and what it may be besides."""
VALUED: Mapping[str, str] = {"vulnerabilities": "vulnerability_severity", "compliance_checks": "compliance_score"}
REPORTED = ("api_cost_usd", "resource_cost_usd", "budget_used_percent", "error_rate_percent")
FINDINGS = (*COUNTED, *REPORTED)


def _finding(kind: str, random: np.random.Generator) -> dict[str, float]:
    if kind in REPORTED:
        return {"events": 1.0, kind: float(random.lognormal(1))}
    besides = {name: float(random.random() < 0.3) for name in COUNTED[kind]}
    valued = {VALUED[kind]: float(random.uniform(0, 10))} if kind in VALUED else {}
    return {"events": 1.0, kind: 1.0, **besides, **valued}
