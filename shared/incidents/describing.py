"""Incidents and correlations in plain JSON, for the bus and for the API alike."""

from datetime import datetime
from typing import Any

from shared.incidents.causes import Cause
from shared.incidents.correlation import Correlation
from shared.incidents.impact import recommended
from shared.incidents.incident import Incident
from shared.incidents.signal import Component, Signal


def described(incident: Incident) -> dict[str, Any]:
    """An incident in short, with its suspects."""
    impact = incident.impact
    return {
        "incident_id": incident.id,
        "tenant": incident.tenant,
        "status": incident.status.value,
        "title": incident.title,
        "opened_at": instant(incident.opened_at),
        "last_signal_at": instant(incident.last_signal_at),
        "resolved_at": instant(incident.resolved_at),
        "merged_into": incident.merged_into,
        "signals": len(incident.signals),
        "correlation_types": sorted({found.type.value for found in incident.correlations}),
        "impact": {
            "level": impact.level.value,
            "score": impact.score,
            "components": list(map(described_component, impact.components)),
            "users": impact.users,
            "additional_cost_usd": impact.additional_cost_usd,
            "threats": impact.threats,
            "violations": impact.violations,
        },
        "suspected_causes": [described_cause(cause) for cause in incident.causes],
        "recommendations": recommended((cause.kind for cause in incident.causes[:3]), incident.signals),
    }


def described_cause(cause: Cause) -> dict[str, Any]:
    return {
        "kind": cause.kind.value,
        "about": cause.about,
        "score": cause.score,
        "since": instant(cause.since),
        "signals": cause.signals,
        "summary": cause.summary,
        "evidence": dict(cause.evidence),
    }


def described_correlation(found: Correlation) -> dict[str, Any]:
    return {
        "correlation_id": found.id,
        "type": found.type.value,
        "strength": found.strength,
        "confidence": found.confidence,
        "reason": found.reason,
        "evidence": dict(found.evidence),
        "start": instant(found.start),
        "end": instant(found.end),
        "signals": [signal.id for signal in found.signals],
    }


def described_signal(signal: Signal) -> dict[str, Any]:
    return {
        "id": signal.id,
        "at": instant(signal.at),
        "kind": signal.kind.value,
        "severity": signal.severity,
        "summary": signal.summary,
        "components": list(map(described_component, signal.components)),
        "is_anomaly": signal.is_anomaly,
        "correlation_id": signal.correlation_id,
        "parent_id": signal.parent_id,
    }


def described_component(component: Component) -> dict[str, str]:
    return {"kind": component.kind.value, "name": component.name}


def instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")
