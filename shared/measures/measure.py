"""Every measure the hub keeps, declared once: its unit, its fixed-point scale and what one observation of it means.

A value is stored as the integer `rint(value * scale)`, because integer addition is associative and floating point is
not. Scales leave room for 2**48: 281,474 USD for one request at a nano-dollar, 281 million for an invoice line.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.errors import RejectedError

CUSTOM_PREFIX = "custom."
GREATEST_STORED = 2**48

COUNT = 1
RATIO = 10**6
MICROSECONDS = 10**3
MICRO_USD = 10**6
NANO_USD = 10**9


@dataclass(frozen=True, slots=True)
class Measure:
    """What is observed; the true value is the stored integer divided by `scale`."""

    name: str
    unit: str
    scale: int
    description: str

    @property
    def greatest(self) -> float:
        """The largest true value that can be stored; larger ones are refused with their event.

        >>> measure_named("reported_cost_usd").greatest
        281474.976710656
        """
        return GREATEST_STORED / self.scale


_DECLARED = (
    Measure("events", "count", COUNT, "Events of any kind."),
    Measure("requests", "count", COUNT, "LLM calls."),
    Measure(
        "errors", "count", COUNT, "1 for an LLM call that failed, 0 for one that did not: the mean is the error rate."
    ),
    Measure("latency_ms", "ms", MICROSECONDS, "Time from request to the end of the answer."),
    Measure("ttft_ms", "ms", MICROSECONDS, "Time from request to the first token."),
    Measure("input_tokens", "tokens", COUNT, "Tokens in, cached ones included."),
    Measure("output_tokens", "tokens", COUNT, "Tokens out, reasoning included."),
    Measure("cached_input_tokens", "tokens", COUNT, "Input tokens read from a cache; part of input_tokens."),
    Measure("cache_write_tokens", "tokens", COUNT, "Input tokens written to a cache; part of input_tokens."),
    Measure("reasoning_tokens", "tokens", COUNT, "Output tokens spent on reasoning; part of output_tokens."),
    Measure("reported_cost_usd", "USD", NANO_USD, "Cost of a call as its producer reports it."),
    Measure(
        "computed_cost_usd", "USD", NANO_USD, "Cost of a call by the hub's price table; never added to the reported."
    ),
    Measure("unpriced_requests", "count", COUNT, "LLM calls that the price table cannot price."),
    Measure("tokens_per_second", "tokens/s", RATIO, "Speed of one answer."),
    Measure("queue_time_ms", "ms", MICROSECONDS, "Part of a call's latency spent waiting."),
    Measure("processing_time_ms", "ms", MICROSECONDS, "Part of a call's latency spent computing."),
    Measure("network_time_ms", "ms", MICROSECONDS, "Part of a call's latency spent on the network."),
    Measure("other_time_ms", "ms", MICROSECONDS, "Part of a call's latency spent elsewhere."),
    Measure("throughput_requests_per_second", "requests/s", RATIO, "Rate of requests that a source measured itself."),
    Measure(
        "throughput_tokens_per_second", "tokens/s", RATIO, "Rate of tokens of a whole model, measured by a source."
    ),
    Measure("concurrent_requests", "requests", COUNT, "Requests in flight when a source looked."),
    Measure("error_rate_percent", "percent", RATIO, "Error rate that a source measured itself."),
    Measure("sampled_requests", "count", COUNT, "Requests behind a source's own error rate; not added to requests."),
    Measure("sampled_errors", "count", COUNT, "Failures behind a source's own error rate; not added to errors."),
    Measure("accuracy", "ratio", RATIO, "Accuracy of a model as evaluated."),
    Measure("quality_score", "score", RATIO, "Quality of a model as evaluated."),
    Measure("user_satisfaction", "score", RATIO, "Satisfaction of users with a model."),
    Measure("threats", "count", COUNT, "Threats detected."),
    Measure("critical_threats", "count", COUNT, "1 for a threat of level critical, else 0."),
    Measure(
        "blocked_threats", "count", COUNT, "1 for a threat that was blocked, else 0: the mean is the share blocked."
    ),
    Measure("vulnerabilities", "count", COUNT, "Vulnerabilities reported."),
    Measure(
        "critical_vulnerabilities", "count", COUNT, "1 for a vulnerability scored 9 or more (CVSS critical), else 0."
    ),
    Measure("vulnerability_severity", "score", RATIO, "Severity of vulnerabilities, 0 to 10."),
    Measure("compliance_violations", "count", COUNT, "Violations of a regulation."),
    Measure("auth_events", "count", COUNT, "Logins, token grants and attempts at access."),
    Measure(
        "auth_failures", "count", COUNT, "1 for such an attempt that failed, else 0: the mean is the failure rate."
    ),
    Measure("privacy_operations", "count", COUNT, "Operations on personal data."),
    Measure("unconsented_privacy_operations", "count", COUNT, "1 for an operation without the user's consent, else 0."),
    Measure("api_cost_usd", "USD", MICRO_USD, "Cost by invoice line; not added to the cost of the calls it bills."),
    Measure("billed_requests", "count", COUNT, "Requests by invoice line; not added to requests."),
    Measure("resource_cost_usd", "USD", MICRO_USD, "Cost of compute, storage, network, memory and GPU."),
    Measure("resource_utilization_percent", "percent", RATIO, "How much of a resource was used."),
    Measure("budget_alerts", "count", COUNT, "Alerts on a budget."),
    Measure("budget_exceeded_alerts", "count", COUNT, "1 for an alert that says a budget is exceeded, else 0."),
    Measure("budget_used_percent", "percent", RATIO, "Spend as a share of the budget's limit at an alert."),
    Measure("policy_violations", "count", COUNT, "Violations of a policy."),
    Measure("critical_policy_violations", "count", COUNT, "1 for a policy violation of severity critical, else 0."),
    Measure(
        "remediated_policy_violations", "count", COUNT, "1 for a policy violation put right automatically, else 0."
    ),
    Measure("audit_records", "count", COUNT, "Entries of the audit trail."),
    Measure("compliance_checks", "count", COUNT, "Compliance checks run."),
    Measure(
        "failed_compliance_checks",
        "count",
        COUNT,
        "1 for a check that did not pass, else 0: the mean is the failure rate.",
    ),
    Measure("compliance_score", "score", RATIO, "Score of compliance checks."),
    Measure("data_operations", "count", COUNT, "Operations in the lineage of data."),
    Measure("custom_events", "count", COUNT, "Events of a custom type."),
)

MEASURES: Mapping[str, Measure] = {measure.name: measure for measure in _DECLARED}


def measure_named(name: str) -> Measure:
    """The declared measure, or that of a model's custom metric ("custom.<metric>").

    >>> measure_named("latency_ms").unit, measure_named("custom.bleu").scale
    ('ms', 1000000)
    """
    if name in MEASURES:
        return MEASURES[name]
    if name.startswith(CUSTOM_PREFIX) and len(name) > len(CUSTOM_PREFIX):
        return Measure(name, "value", RATIO, f"Custom metric {name.removeprefix(CUSTOM_PREFIX)} of a model.")
    raise RejectedError("unknown_measure", f"there is no measure {name!r}")
