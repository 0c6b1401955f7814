"""Which measures each kind of payload yields, and under which model, provider and team: the one declarative table.

A getter returns a number, a bool (counted as 0 or 1) or None, which yields no observation: nothing reported is not zero.
No fact is counted twice: a payload that sums up or repeats what other events report (an error rate, an invoice line,
the tokens beside a cost) has measures of its own or leaves the repeated ones out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import msgspec

from shared.events.cost import ApiCost, BudgetAlert, ResourceConsumption, TokenCost
from shared.events.governance import AuditTrail, ComplianceCheck, DataLineage, PolicyViolation
from shared.events.security import Auth, ComplianceViolation, Privacy, Threat, Vulnerability
from shared.events.telemetry import ErrorRate, Inference, Latency, ModelPerformance, Throughput, TokenUsage
from shared.measures.measure import CUSTOM_PREFIX, MEASURES

Leaf = Any
Getter = Callable[[Leaf], float | None]
Label = Callable[[Leaf], str | None]

CVSS_CRITICAL = 9.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What one kind of payload yields. `counts` are 1 for each event; `custom` yields names that only the event knows."""

    counts: tuple[str, ...] = ()
    values: tuple[tuple[str, Getter], ...] = ()
    custom: Callable[[Leaf], Mapping[str, float]] | None = None
    model: Label | None = None
    provider: Label | None = None
    team: Label | None = None


def _field(*names: str) -> tuple[tuple[str, Getter], ...]:
    """Fields that carry the name of their measure."""
    return tuple((name, attrgetter(name)) for name in names)


def _part(name: str, field: str) -> tuple[str, Getter]:
    """A part of a latency's breakdown, which may be absent as a whole."""
    part = attrgetter(field)
    return name, lambda latency: None if latency.breakdown is None else part(latency.breakdown)


def _share_of_budget(alert: BudgetAlert) -> float | None:
    """None for a budget of nothing, of which every spend would be an infinite share."""
    if not alert.budget_limit_usd:
        return None
    return min(100 * alert.current_spend_usd / alert.budget_limit_usd, MEASURES["budget_used_percent"].greatest)


def _is(name: str, field: str, value: str) -> tuple[str, Getter]:
    """1 where an enum field has the value, else 0: so that the mean is a share."""
    read = attrgetter(field)
    return name, lambda leaf: read(leaf) == value


MODEL = attrgetter("model_id")

MEASURED: Mapping[type, Measured] = {
    Inference: Measured(
        counts=("requests",),
        values=(
            ("errors", lambda inference: inference.error_type is not None),
            *_field("latency_ms", "ttft_ms", "input_tokens", "output_tokens"),
            *_field("cached_input_tokens", "cache_write_tokens", "reasoning_tokens"),
            *_field("reported_cost_usd", "computed_cost_usd"),
            ("unpriced_requests", lambda inference: 1 if inference.computed_cost_usd is None else None),
        ),
        model=MODEL,
        provider=attrgetter("provider"),
        team=attrgetter("team"),
    ),
    Latency: Measured(
        values=(
            ("latency_ms", attrgetter("total_latency_ms")),
            *_field("ttft_ms", "tokens_per_second"),
            _part("queue_time_ms", "queue_time_ms"),
            _part("processing_time_ms", "processing_time_ms"),
            _part("network_time_ms", "network_time_ms"),
            _part("other_time_ms", "other_ms"),
        ),
        model=MODEL,
    ),
    Throughput: Measured(
        values=(
            ("throughput_requests_per_second", attrgetter("requests_per_second")),
            ("throughput_tokens_per_second", attrgetter("tokens_per_second")),
            *_field("concurrent_requests"),
        ),
        model=MODEL,
    ),
    # Its totals sum up calls that report themselves, so they are samples, not requests and errors.
    ErrorRate: Measured(
        values=(
            *_field("error_rate_percent"),
            ("sampled_requests", attrgetter("total_requests")),
            ("sampled_errors", attrgetter("failed_requests")),
        ),
        model=MODEL,
    ),
    TokenUsage: Measured(
        values=(("input_tokens", attrgetter("prompt_tokens")), ("output_tokens", attrgetter("completion_tokens"))),
        model=MODEL,
    ),
    ModelPerformance: Measured(
        values=_field("accuracy", "quality_score", "user_satisfaction"),
        custom=lambda performance: {CUSTOM_PREFIX + name: value for name, value in performance.custom_metrics.items()},
        model=MODEL,
    ),
    Threat: Measured(
        counts=("threats",),
        values=(
            _is("critical_threats", "threat_level", "critical"),
            _is("blocked_threats", "mitigation_status", "blocked"),
        ),
    ),
    Vulnerability: Measured(
        counts=("vulnerabilities",),
        values=(
            ("critical_vulnerabilities", lambda vulnerability: vulnerability.severity_score >= CVSS_CRITICAL),
            ("vulnerability_severity", attrgetter("severity_score")),
        ),
    ),
    ComplianceViolation: Measured(counts=("compliance_violations",)),
    Auth: Measured(counts=("auth_events",), values=(("auth_failures", lambda auth: not auth.success),)),
    Privacy: Measured(
        counts=("privacy_operations",),
        values=(("unconsented_privacy_operations", lambda privacy: not privacy.user_consent),),
    ),
    # Its tokens repeat those of token_usage or inference, so only the cost is taken.
    TokenCost: Measured(values=(("reported_cost_usd", attrgetter("total_cost_usd")),), model=MODEL),
    # An invoice line sums up calls that report their own cost, so it has a cost of its own.
    ApiCost: Measured(
        values=(("api_cost_usd", attrgetter("total_cost_usd")), ("billed_requests", attrgetter("request_count"))),
        provider=attrgetter("provider"),
    ),
    ResourceConsumption: Measured(
        values=(
            ("resource_cost_usd", attrgetter("cost_usd")),
            ("resource_utilization_percent", attrgetter("utilization_percent")),
        ),
    ),
    # Spend and limit are levels, not amounts that add up: their ratio is what can be watched.
    BudgetAlert: Measured(
        counts=("budget_alerts",),
        values=(
            _is("budget_exceeded_alerts", "alert_type", "exceeded"),
            ("budget_used_percent", _share_of_budget),
        ),
    ),
    PolicyViolation: Measured(
        counts=("policy_violations",),
        values=(
            _is("critical_policy_violations", "severity", "critical"),
            ("remediated_policy_violations", attrgetter("auto_remediated")),
        ),
    ),
    AuditTrail: Measured(counts=("audit_records",)),
    ComplianceCheck: Measured(
        counts=("compliance_checks",),
        values=(
            ("failed_compliance_checks", lambda check: not check.passed),
            ("compliance_score", attrgetter("score")),
        ),
    ),
    DataLineage: Measured(counts=("data_operations",)),
    # The leaf of a custom payload is the raw JSON itself.
    msgspec.Raw: Measured(counts=("custom_events",)),
}
