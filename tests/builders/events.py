"""Events as a producer writes them, valid by default: every payload kind as JSON, and as what the hub makes of it."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

from shared.events.decoding import decode_events
from shared.events.event import Event

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TOKENS = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}

TELEMETRY: dict[str, dict[str, Any]] = {
    "latency": {
        "model_id": "gpt-4o",
        "request_id": "r-1",
        "total_latency_ms": 812.5,
        "ttft_ms": 120.25,
        "tokens_per_second": 44.5,
        "breakdown": {"queue_time_ms": 1.5, "processing_time_ms": 800.0, "network_time_ms": 10.0, "other_ms": 1.0},
    },
    "throughput": {
        "model_id": "gpt-4o",
        "requests_per_second": 12.5,
        "tokens_per_second": 5000.0,
        "concurrent_requests": 8,
        "window_duration_seconds": 60,
    },
    "error_rate": {
        "model_id": "gpt-4o",
        "total_requests": 1000,
        "failed_requests": 25,
        "error_rate_percent": 2.5,
        "error_breakdown": {"timeout": 20, "rate_limit": 5},
        "window_duration_seconds": 60,
    },
    "token_usage": {"model_id": "gpt-4o", "request_id": "r-1", **TOKENS},
    "model_performance": {"model_id": "gpt-4o", "accuracy": 0.93, "custom_metrics": {"f1": 0.91}},
    "inference": {
        "operation": "chat",
        "provider": "openai",
        "model_id": "gpt-4o",
        "request_id": "r-1",
        "latency_ms": 812.5,
        "ttft_ms": 120.25,
        "streaming": True,
        "input_tokens": 1000,
        "output_tokens": 200,
        "cached_input_tokens": 100,
        "reasoning_tokens": 50,
        "reported_cost_usd": 0.0125,
        "finish_reason": "stop",
        "user_id": "u-1",
        "team": "search",
    },
}
SECURITY: dict[str, dict[str, Any]] = {
    "threat": {
        "threat_id": "t-1",
        "threat_type": "prompt_injection",
        "threat_level": "high",
        "source_ip": "192.0.2.7",
        "target_resource": "chat",
        "attack_vector": "a document",
        "mitigation_status": "blocked",
        "indicators_of_compromise": ["ignore previous"],
    },
    "vulnerability": {
        "vulnerability_id": "v-1",
        "cve_id": "CVE-2026-0001",
        "severity_score": 7.5,
        "affected_component": "gateway",
        "description": "reads too much",
        "remediation_status": "patching",
    },
    "compliance_violation": {
        "violation_id": "c-1",
        "regulation": "GDPR",
        "requirement": "Art. 5",
        "violation_description": "kept too long",
        "affected_data_types": ["email"],
        "remediation_required": True,
    },
    "auth": {"user_id": "u-1", "action": "login", "resource": "console", "success": False, "failure_reason": "expired"},
    "privacy": {
        "data_type": "email",
        "operation": "data_access",
        "user_consent": True,
        "data_subjects": ["s-1"],
        "purpose": "support",
    },
}
COST: dict[str, dict[str, Any]] = {
    "token_cost": {
        "model_id": "gpt-4o",
        "request_id": "r-1",
        **TOKENS,
        "cost_per_prompt_token": 0.0000025,
        "cost_per_completion_token": 0.00001,
        "total_cost_usd": 0.00045,
        "currency": "USD",
    },
    "api_cost": {
        "provider": "openai",
        "api_endpoint": "/v1/chat",
        "request_count": 1000,
        "cost_per_request": 0.002,
        "total_cost_usd": 2.0,
        "billing_period": "2026-11",
    },
    "resource_consumption": {
        "resource_type": "gpu",
        "resource_id": "g-1",
        "quantity": 1.5,
        "unit": "hours",
        "cost_usd": 3.75,
        "utilization_percent": 88.5,
    },
    "budget_alert": {
        "budget_id": "b-1",
        "budget_name": "search",
        "budget_limit_usd": 1000.0,
        "current_spend_usd": 850.0,
        "threshold_percent": 80.0,
        "alert_type": "warning",
    },
}
GOVERNANCE: dict[str, dict[str, Any]] = {
    "policy_violation": {
        "policy_id": "p-1",
        "policy_name": "no secrets",
        "violation_description": "a key in a prompt",
        "violated_rules": ["secrets"],
        "resource_id": "chat",
        "severity": "high",
        "auto_remediated": False,
    },
    "audit_trail": {
        "action": "update",
        "actor": "u-1",
        "resource_type": "policy",
        "resource_id": "p-1",
        "changes": {"limit": {"from": 1, "to": 2}},
    },
    "compliance_check": {
        "check_id": "k-1",
        "framework": "SOC2",
        "controls_checked": ["CC1"],
        "passed": True,
        "findings": [{"control_id": "CC1", "status": "pass", "description": "in order"}],
        "score": 0.98,
    },
    "data_lineage": {"data_asset_id": "d-1", "operation": "transform", "source": "raw", "lineage_path": ["raw", "d-1"]},
}
KINDS = {"telemetry": TELEMETRY, "security": SECURITY, "cost": COST, "governance": GOVERNANCE}
LEAVES = [(kind, leaf) for kind, leaves in KINDS.items() for leaf in leaves]
_numbers = count(1)


def payload_json(kind: str, leaf: str, **changes: Any) -> dict[str, Any]:
    """The payload of one kind, with some of its fields changed."""
    return {"payload_type": kind, "data": {f"{kind}_type": leaf, **deepcopy(KINDS[kind][leaf]), **changes}}


def custom_json(data: Any, custom_type: str = "feedback") -> dict[str, Any]:
    return {"payload_type": "custom", "custom_type": custom_type, "data": data}


def event_json(**changes: Any) -> dict[str, Any]:
    """One LLM call, with an id of its own, at noon."""
    return {
        "event_id": str(UUID(int=next(_numbers), version=4)),
        "timestamp": "2026-11-22T12:00:00.000000Z",
        "source_module": "llm-observatory",
        "event_type": "telemetry",
        "severity": "info",
        "environment": "production",
        "payload": payload_json("telemetry", "inference"),
        **changes,
    }


def inference_json(**changes: Any) -> dict[str, Any]:
    """One LLM call, with some fields of its payload changed."""
    return event_json(payload=payload_json("telemetry", "inference", **changes))


def as_body(*items: Any) -> bytes:
    """A JSON array of the items, as a request's body."""
    return json.dumps(items).encode()


def event(received_at: datetime = NOON, /, **changes: Any) -> Event:
    """What the hub makes of `event_json`."""
    decoded = decode_events(as_body(event_json(**changes)), ndjson=False, received_at=received_at)
    assert decoded.rejections == []
    return decoded.events[0]
