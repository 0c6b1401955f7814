"""What each kind of payload yields."""

from typing import Any, get_args

import msgspec
import pytest

from shared.events.event import Event, Payload
from shared.measures.measure import MEASURES
from shared.measures.table import MEASURED
from tests.unit.measures.observing import call_of, cell, event, inference, yielded

PERIOD = {"window_duration_seconds": 60}
TOKENS = {"model_id": "m", "request_id": "r", "prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30}
PAYLOADS: list[tuple[str, dict[str, Any], dict[str, float]]] = [
    (
        "telemetry",
        {"telemetry_type": "latency", "model_id": "m", "request_id": "r", "total_latency_ms": 12.5}
        | {"breakdown": {"queue_time_ms": 1, "processing_time_ms": 9, "network_time_ms": 2, "other_ms": 0.5}},
        {"latency_ms": 12.5, "queue_time_ms": 1, "processing_time_ms": 9, "network_time_ms": 2, "other_time_ms": 0.5},
    ),
    (
        "telemetry",
        {"telemetry_type": "throughput", "model_id": "m", "requests_per_second": 2.5, "tokens_per_second": 80}
        | {"concurrent_requests": 7}
        | PERIOD,
        {"throughput_requests_per_second": 2.5, "throughput_tokens_per_second": 80, "concurrent_requests": 7},
    ),
    (
        "telemetry",
        {"telemetry_type": "error_rate", "model_id": "m", "total_requests": 200, "failed_requests": 3}
        | {"error_rate_percent": 1.5, "error_breakdown": {"timeout": 3}}
        | PERIOD,
        {"error_rate_percent": 1.5, "sampled_requests": 200, "sampled_errors": 3},
    ),
    ("telemetry", {"telemetry_type": "token_usage"} | TOKENS, {"input_tokens": 10, "output_tokens": 20}),
    (
        "telemetry",
        {"telemetry_type": "model_performance", "model_id": "m", "accuracy": 0.9, "custom_metrics": {"bleu": 0.31}},
        {"accuracy": 0.9, "custom.bleu": 0.31},
    ),
    (
        "security",
        {"security_type": "threat", "threat_id": "t", "threat_type": "prompt_injection", "threat_level": "critical"}
        | {"target_resource": "x", "attack_vector": "y", "mitigation_status": "detected"}
        | {"indicators_of_compromise": []},
        {"threats": 1, "critical_threats": 1, "blocked_threats": 0},
    ),
    (
        "security",
        {"security_type": "vulnerability", "vulnerability_id": "v", "severity_score": 9.8, "affected_component": "c"}
        | {"description": "d", "remediation_status": "patched"},
        {"vulnerabilities": 1, "critical_vulnerabilities": 1, "vulnerability_severity": 9.8},
    ),
    (
        "security",
        {"security_type": "compliance_violation", "violation_id": "v", "regulation": "GDPR", "requirement": "32"}
        | {"violation_description": "d", "affected_data_types": [], "remediation_required": True},
        {"compliance_violations": 1},
    ),
    (
        "security",
        {"security_type": "auth", "user_id": "u", "action": "login", "resource": "r", "success": False},
        {"auth_events": 1, "auth_failures": 1},
    ),
    (
        "security",
        {"security_type": "privacy", "data_type": "email", "operation": "data_access", "user_consent": True}
        | {"data_subjects": [], "purpose": "p"},
        {"privacy_operations": 1, "unconsented_privacy_operations": 0},
    ),
    (
        "cost",
        {"cost_type": "token_cost", "cost_per_prompt_token": 0.1, "cost_per_completion_token": 0.1, "currency": "USD"}
        | {"total_cost_usd": 0.000000001}
        | TOKENS,
        {"reported_cost_usd": 0.000000001},
    ),
    (
        "cost",
        {"cost_type": "api_cost", "provider": "openai", "api_endpoint": "/v1", "request_count": 9}
        | {"cost_per_request": 1, "total_cost_usd": 1_000_000, "billing_period": "2026-11"},
        {"api_cost_usd": 1_000_000, "billed_requests": 9},
    ),
    (
        "cost",
        {"cost_type": "resource_consumption", "resource_type": "gpu", "resource_id": "g", "quantity": 2, "unit": "h"}
        | {"cost_usd": 4.2, "utilization_percent": 71.5},
        {"resource_cost_usd": 4.2, "resource_utilization_percent": 71.5},
    ),
    (
        "cost",
        {"cost_type": "budget_alert", "budget_id": "b", "budget_name": "n", "budget_limit_usd": 1000}
        | {"current_spend_usd": 1250, "threshold_percent": 80, "alert_type": "exceeded"},
        {"budget_alerts": 1, "budget_exceeded_alerts": 1, "budget_used_percent": 125},
    ),
    (
        "governance",
        {"governance_type": "policy_violation", "policy_id": "p", "policy_name": "n", "violation_description": "d"}
        | {"violated_rules": [], "resource_id": "r", "severity": "high", "auto_remediated": True},
        {"policy_violations": 1, "critical_policy_violations": 0, "remediated_policy_violations": 1},
    ),
    (
        "governance",
        {"governance_type": "audit_trail", "action": "a", "actor": "b", "resource_type": "c", "resource_id": "d"}
        | {"changes": {}},
        {"audit_records": 1},
    ),
    (
        "governance",
        {"governance_type": "compliance_check", "check_id": "c", "framework": "SOC2", "controls_checked": []}
        | {"passed": False, "findings": [], "score": 81.5},
        {"compliance_checks": 1, "failed_compliance_checks": 1, "compliance_score": 81.5},
    ),
    (
        "governance",
        {"governance_type": "data_lineage", "data_asset_id": "d", "operation": "read", "lineage_path": []},
        {"data_operations": 1},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "data", "measures"), PAYLOADS, ids=[next(iter(data.values())) for _, data, _ in PAYLOADS]
)
def test_a_payload_yields_its_measures_and_nothing_else(
    kind: str, data: dict[str, Any], measures: dict[str, float]
) -> None:
    assert yielded(event(kind, data)) == measures


def test_an_llm_call_yields_what_it_reports() -> None:
    call = inference(ttft_ms=100.5, cached_input_tokens=256, reasoning_tokens=50, reported_cost_usd=0.0045)
    call_of(call).computed_cost_usd = 0.00418

    assert yielded(call) == {
        "requests": 1, "errors": 0, "latency_ms": 812.25, "ttft_ms": 100.5, "input_tokens": 1000, "output_tokens": 200,
        "cached_input_tokens": 256, "reasoning_tokens": 50, "reported_cost_usd": 0.0045, "computed_cost_usd": 0.00418,
    }  # fmt: skip


def test_an_unpriced_failed_call_is_an_error_and_unpriced_and_costs_nothing_it_does_not_know() -> None:
    assert yielded(inference(error_type="timeout", output_tokens=0)) == {
        "requests": 1, "errors": 1, "latency_ms": 812.25, "input_tokens": 1000, "output_tokens": 0,
        "unpriced_requests": 1,
    }  # fmt: skip


def test_a_custom_payload_is_counted_whatever_it_holds() -> None:
    document = {"payload_type": "custom", "custom_type": "deploy", "data": [1, {"any": "json"}]}

    assert yielded(event("custom", {}, payload=document)) == {"custom_events": 1}


def test_an_alert_on_a_budget_of_nothing_has_no_share_used() -> None:
    data = next(data for _, data, measures in PAYLOADS if "budget_alerts" in measures) | {"budget_limit_usd": 0}

    assert yielded(event("cost", data)) == {"budget_alerts": 1, "budget_exceeded_alerts": 1}


@pytest.mark.parametrize(
    ("observed", "model", "provider", "team"),
    [
        (inference(team="search"), "gpt-4o", "openai", "search"),
        (inference(), "gpt-4o", "openai", None),
        (event("telemetry", {"telemetry_type": "token_usage"} | TOKENS, tags={"team": "risk"}), "m", None, "risk"),
        (event("cost", PAYLOADS[11][1]), None, "openai", None),
    ],
    ids=["call with a team", "call without", "team by tag", "provider of an invoice line"],
)
def test_dimensions_come_from_the_payload_and_the_team_also_from_its_tag(
    observed: Event, model: str | None, provider: str | None, team: str | None
) -> None:
    assert cell(observed) == ("acme", model, provider, "llm-observatory", "production", team)


def test_every_payload_of_the_schema_is_in_the_table() -> None:
    leaves = {
        leaf
        for payload in get_args(Payload)
        for field in msgspec.structs.fields(payload)
        if field.name == "data"
        for leaf in get_args(field.type) or (field.type,)
    }

    assert set(MEASURED) == leaves


def test_every_declared_measure_is_yielded_by_some_payload() -> None:
    names = {name for kind in MEASURED.values() for name in (*kind.counts, *kind.values)}

    assert names | {"events"} == set(MEASURES)
