"""What is reported besides LLM calls: security, cost and governance events, and sources that measure only a part."""

from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random

from perf.workloads.calls import Json, envelope

Companion = Callable[[Random, Json], tuple[str, str, Json]]


def companions(random: Random, at: datetime, call: Json) -> Iterator[Json]:
    """The events that a call brings with it: mostly none. Each names the call as its parent."""
    for chance, make in COMPANIONS:
        if random.random() < chance:
            source_module, kind, payload = make(random, call["payload"]["data"])
            links = {"correlation_id": call["correlation_id"], "parent_event_id": call["event_id"]}
            yield envelope(random, at, source_module, kind, payload, **links, **_marks(call, kind))


def _marks(call: Json, kind: str) -> Json:
    team = call["payload"]["data"]["team"]
    return {"severity": "warning" if kind == "security" else "info", "tags": {"team": team}}


def _identifier(random: Random, prefix: str) -> str:
    return f"{prefix}-{random.getrandbits(48):012x}"


def _threat(random: Random, call: Json) -> tuple[str, str, Json]:
    return (
        "llm-sentinel",
        "security",
        {
            "security_type": "threat",
            "threat_id": _identifier(random, "sec"),
            "threat_type": random.choice(("prompt_injection", "data_exfiltration", "malicious_input")),
            "threat_level": random.choices(("low", "medium", "high", "critical"), (50, 30, 15, 5))[0],
            "source_ip": f"203.0.113.{random.randrange(1, 255)}",
            "target_resource": call["model_id"],
            "attack_vector": "user prompt",
            "mitigation_status": random.choice(("detected", "blocked", "mitigated")),
            "indicators_of_compromise": [call["user_id"]],
        },
    )


def _auth(random: Random, call: Json) -> tuple[str, str, Json]:
    success = random.random() < 0.9
    payload = {"security_type": "auth", "user_id": call["user_id"], "action": "login", "resource": "gateway"}
    return (
        "llm-sentinel",
        "security",
        payload | {"success": success} | ({} if success else {"failure_reason": "expired"}),
    )


def _privacy(random: Random, call: Json) -> tuple[str, str, Json]:
    return (
        "llm-sentinel",
        "security",
        {
            "security_type": "privacy",
            "data_type": "email",
            "operation": "data_access",
            "user_consent": random.random() < 0.95,
            "data_subjects": [call["user_id"]],
            "purpose": "answering a ticket",
        },
    )


def _resource(random: Random, call: Json) -> tuple[str, str, Json]:
    return (
        "llm-cost-ops",
        "cost",
        {
            "cost_type": "resource_consumption",
            "resource_type": "gpu",
            "resource_id": f"gpu-pool-{call['team']}",
            "quantity": round(random.uniform(0.1, 4), 3),
            "unit": "gpu-hours",
            "cost_usd": round(random.uniform(0.2, 12), 4),
            "utilization_percent": round(random.uniform(20, 98), 1),
        },
    )


def _api_cost(random: Random, call: Json) -> tuple[str, str, Json]:
    requests = random.randrange(100, 5000)
    return (
        "llm-cost-ops",
        "cost",
        {
            "cost_type": "api_cost",
            "provider": call["provider"],
            "api_endpoint": "/v1/chat/completions",
            "request_count": requests,
            "cost_per_request": 0.004,
            "total_cost_usd": round(requests * 0.004, 4),
            "billing_period": "hourly",
        },
    )


def _budget_alert(random: Random, call: Json) -> tuple[str, str, Json]:
    spend = round(random.uniform(800, 1050), 2)
    return (
        "llm-cost-ops",
        "cost",
        {
            "cost_type": "budget_alert",
            "budget_id": f"budget-{call['team']}",
            "budget_name": f"{call['team']} monthly",
            "budget_limit_usd": 1000.0,
            "current_spend_usd": spend,
            "threshold_percent": 80.0,
            "alert_type": "exceeded" if spend > 1000 else "warning",
        },
    )


def _policy_violation(random: Random, call: Json) -> tuple[str, str, Json]:
    return (
        "llm-policy-engine",
        "governance",
        {
            "governance_type": "policy_violation",
            "policy_id": "pol-pii-01",
            "policy_name": "No personal data in prompts",
            "violation_description": "an address was found in a prompt",
            "violated_rules": ["pii.address"],
            "resource_id": call["request_id"],
            "user_id": call["user_id"],
            "severity": random.choices(("low", "medium", "high", "critical"), (40, 40, 15, 5))[0],
            "auto_remediated": random.random() < 0.6,
        },
    )


def _audit_trail(random: Random, call: Json) -> tuple[str, str, Json]:
    return (
        "llm-governance-dashboard",
        "governance",
        {
            "governance_type": "audit_trail",
            "action": "prompt_template.update",
            "actor": call["user_id"],
            "resource_type": "prompt_template",
            "resource_id": _identifier(random, "gov"),
            "changes": {"temperature": {"from": 0.7, "to": round(random.random(), 1)}},
        },
    )


def _compliance_check(random: Random, _call: Json) -> tuple[str, str, Json]:
    passed = random.random() < 0.9
    finding = {"control_id": "CC6.1", "status": "pass" if passed else "fail", "description": "access is reviewed"}
    return (
        "llm-governance-dashboard",
        "governance",
        {
            "governance_type": "compliance_check",
            "check_id": _identifier(random, "gov"),
            "framework": "SOC2",
            "controls_checked": ["CC6.1"],
            "passed": passed,
            "findings": [finding],
            "score": round(random.uniform(70, 100), 1),
        },
    )


def _evaluation(random: Random, call: Json) -> tuple[str, str, Json]:
    return (
        "llm-registry",
        "telemetry",
        {
            "telemetry_type": "model_performance",
            "model_id": call["model_id"],
            "quality_score": round(random.uniform(0.6, 1), 3),
            "user_satisfaction": round(random.uniform(3, 5), 1),
            "custom_metrics": {"groundedness": round(random.uniform(0.5, 1), 3)},
        },
    )


COMPANIONS: tuple[tuple[float, Companion], ...] = (
    (0.012, _threat),
    (0.025, _auth),
    (0.006, _privacy),
    (0.015, _resource),
    (0.006, _api_cost),
    (0.001, _budget_alert),
    (0.008, _policy_violation),
    (0.010, _audit_trail),
    (0.004, _compliance_check),
    (0.015, _evaluation),
)
