"""Which measures each kind of payload yields, and under which model, provider and team: the one declarative table.

A value is a number, a bool (counted as 0 or 1) or None, which yields no observation: nothing reported is not zero.
No fact is counted twice: a payload that sums up or repeats what other events report (an error rate, an invoice line,
the tokens beside a cost) has measures of its own or leaves the repeated ones out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from shared.events.cost import ApiCost, BudgetAlert, ResourceConsumption, TokenCost
from shared.events.governance import AuditTrail, ComplianceCheck, DataLineage, PolicyViolation
from shared.events.security import Auth, ComplianceViolation, Privacy, Threat, Vulnerability
from shared.events.telemetry import ErrorRate, Inference, Latency, ModelPerformance, Throughput, TokenUsage
from shared.measures.measure import CUSTOM_PREFIX, MEASURES

CVSS_CRITICAL = 9.0

Leaf = Any
Values = tuple[float | None, ...]
Spread = tuple[str, float, int]
Labels = tuple[str | None, str | None, str | None]


def _no_values(_leaf: Leaf) -> Values:
    return ()


def _no_labels(_leaf: Leaf) -> Labels:
    return None, None, None


def _of_model(leaf: Leaf) -> Labels:
    return leaf.model_id, None, None


@dataclass(frozen=True, slots=True)
class Measured:
    """What one kind of payload yields.

    `counts` are 1 for each event. `read` gives the values of the measures `values`, in their order: one call an event,
    since reading an event measure by measure costs twice as much. `custom` gives measures that only the event can name, `spread`
    how many observations of which value of one.
    `labels` gives model, provider and team.
    """

    counts: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    read: Callable[[Leaf], Values] = _no_values
    custom: Callable[[Leaf], Mapping[str, float]] | None = None
    spread: Callable[[Leaf], Iterable[Spread]] | None = None
    labels: Callable[[Leaf], Labels] = _no_labels


def _latency(latency: Latency) -> Values:
    parts = latency.breakdown
    whole = (latency.total_latency_ms, latency.ttft_ms, latency.tokens_per_second)
    if parts is None:
        return (*whole, None, None, None, None)
    return (*whole, parts.queue_time_ms, parts.processing_time_ms, parts.network_time_ms, parts.other_ms)


def _share_of_budget(alert: BudgetAlert) -> float | None:
    """None for a budget of nothing, of which every spend would be an infinite share."""
    if not alert.budget_limit_usd:
        return None
    return min(100 * alert.current_spend_usd / alert.budget_limit_usd, MEASURES["budget_used_percent"].greatest)


def _spreads(model: ModelPerformance) -> Iterator[Spread]:
    return (
        (CUSTOM_PREFIX + name, share.value, share.count) for name, shares in model.spreads.items() for share in shares
    )


MEASURED: Mapping[type, Measured] = {
    Inference: Measured(
        counts=("requests",),
        values=(
            "errors",
            "latency_ms",
            "ttft_ms",
            "input_tokens",
            "output_tokens",
            "cached_input_tokens",
            "cache_write_tokens",
            "reasoning_tokens",
            "reported_cost_usd",
            "computed_cost_usd",
            "unpriced_requests",
        ),
        read=lambda call: (
            call.error_type is not None,
            call.latency_ms,
            call.ttft_ms,
            call.input_tokens,
            call.output_tokens,
            call.cached_input_tokens,
            call.cache_write_tokens,
            call.reasoning_tokens,
            call.reported_cost_usd,
            call.computed_cost_usd,
            1 if call.computed_cost_usd is None else None,
        ),
        labels=lambda call: (call.model_id, call.provider, call.team),
    ),
    Latency: Measured(
        values=(
            "latency_ms",
            "ttft_ms",
            "tokens_per_second",
            "queue_time_ms",
            "processing_time_ms",
            "network_time_ms",
            "other_time_ms",
        ),
        read=_latency,
        labels=_of_model,
    ),
    Throughput: Measured(
        values=("throughput_requests_per_second", "throughput_tokens_per_second", "concurrent_requests"),
        read=lambda rate: (rate.requests_per_second, rate.tokens_per_second, rate.concurrent_requests),
        labels=_of_model,
    ),
    # Its totals sum up calls that report themselves, so they are samples, not requests and errors.
    ErrorRate: Measured(
        values=("error_rate_percent", "sampled_requests", "sampled_errors"),
        read=lambda rate: (rate.error_rate_percent, rate.total_requests, rate.failed_requests),
        labels=_of_model,
    ),
    TokenUsage: Measured(
        values=("input_tokens", "output_tokens"),
        read=lambda usage: (usage.prompt_tokens, usage.completion_tokens),
        labels=_of_model,
    ),
    ModelPerformance: Measured(
        values=("accuracy", "quality_score", "user_satisfaction"),
        read=lambda model: (model.accuracy, model.quality_score, model.user_satisfaction),
        custom=lambda model: {CUSTOM_PREFIX + name: value for name, value in model.custom_metrics.items()},
        spread=_spreads,
        labels=_of_model,
    ),
    Threat: Measured(
        counts=("threats",),
        values=("critical_threats", "blocked_threats"),
        read=lambda threat: (threat.threat_level == "critical", threat.mitigation_status == "blocked"),
    ),
    Vulnerability: Measured(
        counts=("vulnerabilities",),
        values=("critical_vulnerabilities", "vulnerability_severity"),
        read=lambda found: (found.severity_score >= CVSS_CRITICAL, found.severity_score),
    ),
    ComplianceViolation: Measured(counts=("compliance_violations",)),
    Auth: Measured(counts=("auth_events",), values=("auth_failures",), read=lambda auth: (not auth.success,)),
    Privacy: Measured(
        counts=("privacy_operations",),
        values=("unconsented_privacy_operations",),
        read=lambda privacy: (not privacy.user_consent,),
    ),
    # Its tokens repeat those of token_usage or inference, so only the cost is taken.
    TokenCost: Measured(values=("reported_cost_usd",), read=lambda cost: (cost.total_cost_usd,), labels=_of_model),
    # An invoice line sums up calls that report their own cost, so it has a cost of its own.
    ApiCost: Measured(
        values=("api_cost_usd", "billed_requests"),
        read=lambda cost: (cost.total_cost_usd, cost.request_count),
        labels=lambda cost: (None, cost.provider, None),
    ),
    ResourceConsumption: Measured(
        values=("resource_cost_usd", "resource_utilization_percent"),
        read=lambda resource: (resource.cost_usd, resource.utilization_percent),
    ),
    # Spend and limit are levels, not amounts that add up: their ratio is what can be watched.
    BudgetAlert: Measured(
        counts=("budget_alerts",),
        values=("budget_exceeded_alerts", "budget_used_percent"),
        read=lambda alert: (alert.alert_type == "exceeded", _share_of_budget(alert)),
    ),
    PolicyViolation: Measured(
        counts=("policy_violations",),
        values=("critical_policy_violations", "remediated_policy_violations"),
        read=lambda violation: (violation.severity == "critical", violation.auto_remediated),
    ),
    AuditTrail: Measured(counts=("audit_records",)),
    ComplianceCheck: Measured(
        counts=("compliance_checks",),
        values=("failed_compliance_checks", "compliance_score"),
        read=lambda check: (not check.passed, check.score),
    ),
    DataLineage: Measured(counts=("data_operations",)),
    # The leaf of a custom payload is the raw JSON itself.
    msgspec.Raw: Measured(counts=("custom_events",)),
}
