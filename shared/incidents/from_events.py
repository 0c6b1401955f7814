"""Signals from events: warnings and worse, security, governance, budgets and changes; ordinary telemetry gives none."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from shared.events.cost import BudgetAlert
from shared.events.custom import CustomPayload
from shared.events.event import Event, Severity
from shared.events.governance import AuditTrail, ComplianceCheck, PolicyViolation
from shared.events.security import Auth, ComplianceViolation, Privacy, Threat, Vulnerability
from shared.events.seen import SeenEvent
from shared.events.telemetry import ErrorRate, Inference, Throughput
from shared.incidents.signal import Component, ComponentKind, Signal, SignalKind

SEVERITIES: Mapping[str, float] = {"debug": 0.0, "info": 0.1, "warning": 0.25, "error": 0.5, "critical": 1.0}
LEVELS: Mapping[str, float] = {"low": 0.25, "medium": 0.5, "high": 0.75, "critical": 1.0}
ALERTS: Mapping[str, float] = {"warning": 0.25, "critical": 0.5, "exceeded": 0.75}
STEPS: Mapping[str, str] = {
    "timeout": "timeout",
    "timed_out": "timeout",
    "deadline_exceeded": "timeout",
    "rate_limit": "throttled",
    "rate_limit_exceeded": "throttled",
    "throttled": "throttled",
    "429": "throttled",
    "retry": "retry",
    "circuit_breaker": "breaker_open",
    "circuit_breaker_open": "breaker_open",
    "breaker_open": "breaker_open",
}
"""What producers call the steps of the known sequences."""
INDICATOR_TAGS: Mapping[str, str] = {"user_id": "user", "api_key_id": "key", "source_ip": "ip"}
CHANGES = ("create", "update", "delete", "deploy", "promote", "rollback", "change", "grant", "revoke")


def signals_of(events: Iterable[Event], tenant: str) -> Iterator[Signal]:
    for event in events:
        data = event.payload if isinstance(event.payload, CustomPayload) else event.payload.data
        if type(data) is Inference and data.error_type is None:
            continue
        told = _told(event, data)
        if told is not None:
            yield _signal(event, tenant, told)


def components_of(event: Event | SeenEvent) -> tuple[Component, ...]:
    """What an event is about, the most specific first: model, tool, service, team, provider."""
    data, tags = getattr(event.payload, "data", None), event.tags
    named = (
        (ComponentKind.MODEL, getattr(data, "model_id", None)),
        (ComponentKind.TOOL, tags.get("tool")),
        (ComponentKind.SERVICE, tags.get("service")),
        (ComponentKind.TEAM, getattr(data, "team", None) or tags.get("team")),
        (ComponentKind.PROVIDER, getattr(data, "provider", None)),
    )
    return tuple([component(kind, name) for kind, name in named if name])


component = lru_cache(maxsize=10_000)(Component)
"""The same few of a batch are named by thousands of events."""


class _Told(dict[str, Any]):
    """What a kind of event says of its signal, by the names of the signal's fields."""


def _told(event: Event, data: Any) -> _Told | None:
    teller = TELLERS.get(type(data))
    if teller is not None:
        return teller(data)
    if SEVERITIES[event.severity] < SEVERITIES[Severity.ERROR]:
        return None
    return _Told(kind=SignalKind.ERRORS, summary=f"{event.severity} from {event.source_module}", step="error")


def _signal(event: Event, tenant: str, told: _Told) -> Signal:
    told = _Told({"severity": SEVERITIES[event.severity]} | told)
    tags = (f"{word}:{event.tags[tag]}" for tag, word in INDICATOR_TAGS.items() if tag in event.tags)
    indicators = dict.fromkeys((*told.pop("indicators", ()), *tags))
    components = dict.fromkeys((*told.pop("components", ()), *components_of(event)))
    return Signal(
        id=event.event_id,
        tenant=tenant,
        at=datetime.fromisoformat(event.timestamp),
        components=tuple(components),
        indicators=tuple(indicators),
        correlation_id=event.correlation_id,
        parent_id=event.parent_event_id,
        **told,
    )


def _inference(call: Inference) -> _Told | None:
    if call.error_type is None:
        return None
    step = STEPS.get(call.error_type.lower(), "error")
    summary = f"{call.error_type} from {call.model_id}"
    return _Told(kind=SignalKind.ERRORS, severity=SEVERITIES["warning"], summary=summary, step=step)


def _error_rate(rate: ErrorRate) -> _Told | None:
    if not rate.failed_requests:
        return None
    summary = f"{rate.error_rate_percent:.1f} % errors of {rate.model_id}"
    return _Told(kind=SignalKind.ERRORS, severity=rate.error_rate_percent / 100, summary=summary, step="error")


def _throughput(_rate: Throughput) -> None:
    return None


def _threat(threat: Threat) -> _Told:
    """Indicators that are sentences are left out: they quote prompts, and prompts go no further."""
    kind = threat.threat_type if isinstance(threat.threat_type, str) else threat.threat_type.other
    address = (f"ip:{threat.source_ip}",) if threat.source_ip else ()
    return _Told(
        kind=SignalKind.THREAT,
        severity=LEVELS[threat.threat_level],
        summary=f"{str(kind).replace('_', ' ')} against {threat.target_resource}",
        components=(Component(ComponentKind.MODEL, threat.target_resource),),
        indicators=(*address, *(f"ioc:{word}" for word in threat.indicators_of_compromise if " " not in word)),
        step=str(kind),
    )


def _vulnerability(found: Vulnerability) -> _Told:
    return _Told(
        kind=SignalKind.VULNERABILITY,
        severity=found.severity_score / 10,
        summary=f"vulnerability in {found.affected_component}",
        components=(Component(ComponentKind.SERVICE, found.affected_component),),
        indicators=(f"cve:{found.cve_id}",) if found.cve_id else (),
        step="vulnerability",
    )


def _auth(auth: Auth) -> _Told | None:
    if auth.success:
        return None
    summary = f"{auth.action.replace('_', ' ')} of {auth.resource} refused"
    step = f"{auth.action}_failed"
    indicators = (f"user:{auth.user_id}", f"ioc:{auth.user_id}")
    return _Told(kind=SignalKind.ACCESS, severity=LEVELS["low"], summary=summary, indicators=indicators, step=step)


def _privacy(use: Privacy) -> _Told | None:
    if use.user_consent:
        return None
    return _Told(
        kind=SignalKind.PRIVACY,
        severity=LEVELS["medium"],
        summary=f"{use.operation.replace('_', ' ')} of {use.data_type} without consent",
        indicators=tuple(f"user:{subject}" for subject in use.data_subjects),
        step=str(use.operation),
        subject=f"privacy of {use.data_type}",
    )


def _compliance_violation(violation: ComplianceViolation) -> _Told:
    return _Told(
        kind=SignalKind.COMPLIANCE,
        severity=LEVELS["high" if violation.remediation_required else "medium"],
        summary=f"{violation.regulation} violated",
        subject=violation.regulation,
        step="compliance_violation",
    )


def _policy_violation(violation: PolicyViolation) -> _Told:
    user = (f"user:{violation.user_id}", f"ioc:{violation.user_id}") if violation.user_id else ()
    return _Told(
        kind=SignalKind.POLICY,
        severity=LEVELS[violation.severity],
        summary=f"policy '{violation.policy_name}' broken",
        indicators=(*user, f"resource:{violation.resource_id}"),
        subject=violation.policy_id,
        step="policy_violation",
    )


def _compliance_check(check: ComplianceCheck) -> _Told | None:
    if check.passed:
        return None
    summary = f"{check.framework} check failed"
    return _Told(
        kind=SignalKind.COMPLIANCE,
        severity=LEVELS["medium"],
        summary=summary,
        subject=check.framework,
        step="check_failed",
    )


def _audit_trail(audit: AuditTrail) -> _Told | None:
    if not any(word in audit.action.lower() for word in CHANGES):
        return None
    return _Told(
        kind=SignalKind.CHANGE,
        summary=f"{audit.action} of {audit.resource_type} {audit.resource_id}",
        components=(Component(ComponentKind.SERVICE, audit.resource_id),),
        indicators=(f"user:{audit.actor}",),
        step="change",
    )


def _budget_alert(alert: BudgetAlert) -> _Told:
    share = alert.current_spend_usd / alert.budget_limit_usd if alert.budget_limit_usd else 1.0
    return _Told(
        kind=SignalKind.BUDGET,
        severity=ALERTS[alert.alert_type],
        summary=f"budget {alert.budget_name} at {share:.0%}",
        subject=alert.budget_id,
        magnitude=alert.current_spend_usd,
    )


def _custom(payload: CustomPayload) -> _Told | None:
    step = STEPS.get(payload.custom_type.lower())
    return None if step is None else _Told(kind=SignalKind.ERRORS, summary=payload.custom_type, step=step)


TELLERS: Mapping[type, Callable[[Any], _Told | None]] = {
    Inference: _inference,
    ErrorRate: _error_rate,
    Throughput: _throughput,
    Threat: _threat,
    Vulnerability: _vulnerability,
    Auth: _auth,
    Privacy: _privacy,
    ComplianceViolation: _compliance_violation,
    PolicyViolation: _policy_violation,
    ComplianceCheck: _compliance_check,
    AuditTrail: _audit_trail,
    BudgetAlert: _budget_alert,
    CustomPayload: _custom,
}
