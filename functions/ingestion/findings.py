"""What guardrails and evaluations found, as events of security, governance and telemetry: verdicts, categories, counts and
scores, and never the text that was judged.

Every verdict is a compliance check, passed or not; what was not simply let through is a threat besides. Categories follow
the OWASP Top 10 for LLM applications where one fits; any other keeps its own name.
https://genai.owasp.org/llm-top-10/
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from functions.ingestion.foreign import LONGEST_NAME, event_id_of
from shared.errors import RejectedEventError
from shared.events.decoding import event_of
from shared.events.event import Event
from shared.events.security import MitigationStatus, ThreatLevel, ThreatType

UNKNOWN_MODEL: Final = "unknown"
"""The model of a score that tells of none."""
LONGEST_METRIC_NAME: Final = 64
MOST_CATEGORIES: Final = 20


class Verdict(StrEnum):
    ALLOW = "allow"
    DENY = "deny"
    MODIFY = "modify"
    WARN = "warn"
    ESCALATE = "escalate"


@dataclass(frozen=True, slots=True)
class GuardrailResult:
    """One run of a guardrail. `score` says how risky what it saw was, from 0 to 1; `found` counts what it found by kind."""

    name: str
    verdict: Verdict
    categories: tuple[str, ...] = ()
    policy: str | None = None
    rules: tuple[str, ...] = ()
    score: float | None = None
    target: str = "llm"
    found: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One score of an answer; a score without a number, or below zero, is kept by its label."""

    name: str
    value: float | None = None
    label: str | None = None
    model: str | None = None


_MITIGATION: Final[Mapping[Verdict, MitigationStatus]] = {
    Verdict.ALLOW: MitigationStatus.DETECTED,
    Verdict.DENY: MitigationStatus.BLOCKED,
    Verdict.MODIFY: MitigationStatus.MITIGATED,
    Verdict.WARN: MitigationStatus.DETECTED,
    Verdict.ESCALATE: MitigationStatus.INVESTIGATING,
}
_SIGNS: Final[tuple[tuple[ThreatType, tuple[str, ...]], ...]] = (
    (ThreatType.PROMPT_INJECTION, ("prompt_injection", "injection", "jailbreak", "prompt_attack", "llm01")),
    (ThreatType.DATA_EXFILTRATION, ("exfiltration", "data_leak", "system_prompt_leak", "llm07")),
    (ThreatType.MODEL_POISONING, ("poisoning", "llm04")),
    (ThreatType.DENIAL_OF_SERVICE, ("denial_of_service", "unbounded_consumption", "llm10")),
    (ThreatType.UNAUTHORIZED_ACCESS, ("unauthorized", "excessive_agency", "llm06")),
    (ThreatType.MALICIOUS_INPUT, ("malicious", "malware", "exploit")),
)
_SENSITIVE: Final = ("pii", "personal_data", "sensitive_information", "llm02")
_GRAVE: Final = frozenset(
    (
        ThreatType.PROMPT_INJECTION,
        ThreatType.DATA_EXFILTRATION,
        ThreatType.MODEL_POISONING,
        ThreatType.UNAUTHORIZED_ACCESS,
    )
)
_LEVELS: Final = ((0.9, ThreatLevel.CRITICAL), (0.7, ThreatLevel.HIGH), (0.4, ThreatLevel.MEDIUM))
_OWN_SCORES: Final[Mapping[str, str]] = {
    "accuracy": "accuracy",
    "quality": "quality_score",
    "quality_score": "quality_score",
    "user_satisfaction": "user_satisfaction",
    "user_feedback": "user_satisfaction",
}
_NOT_A_WORD: Final = re.compile(r"[^a-z0-9]+")
_NOT_IN_A_METRIC: Final = re.compile(r"[^A-Za-z0-9_.-]+")


def guardrail_events(
    result: GuardrailResult, envelope: Mapping[str, Any], *identity: str
) -> list[Event | RejectedEventError]:
    """`envelope` holds the fields that all events of the item share, its timestamp among them; `identity` is what the
    client knows this run by.
    """
    check = _event(envelope, "governance", "info", ("check", *identity), _check(result, identity))
    if result.verdict is Verdict.ALLOW and not result.categories:
        return [check]
    categories = result.categories[:MOST_CATEGORIES] or (result.name,)
    return [check, *(_threat_event(result, category, envelope, identity) for category in categories)]


def evaluation_event(evaluation: Evaluation, envelope: Mapping[str, Any], *identity: str) -> Event | RejectedEventError:
    """As an event of the model's performance under the score's own name, or a custom event where it is no number."""
    if evaluation.value is None or evaluation.value < 0:
        told = {"name": evaluation.name, "value": evaluation.value, "label": evaluation.label}
        return _event(envelope, "telemetry", "info", identity, _custom("evaluation.label", told))
    return _event(envelope, "telemetry", "info", identity, _performance(evaluation, evaluation.value))


def threat_type_of(category: str) -> ThreatType | dict[str, str]:
    """The kind of threat that a category names, in whatever spelling.

    >>> threat_type_of("Prompt-Injection"), threat_type_of("LLM02:2025 PII"), threat_type_of("toxicity")
    (<ThreatType.PROMPT_INJECTION: 'prompt_injection'>, {'other': 'sensitive_information'}, {'other': 'toxicity'})
    """
    words = _NOT_A_WORD.sub("_", category.lower()).strip("_")
    known = next((kind for kind, signs in _SIGNS if any(sign in words for sign in signs)), None)
    if known is None and any(sign in words for sign in _SENSITIVE):
        return {"other": "sensitive_information"}
    return known or {"other": words[:LONGEST_NAME] or "unnamed"}


def _check(result: GuardrailResult, identity: tuple[str, ...]) -> dict[str, Any]:
    passed = result.verdict is Verdict.ALLOW and not result.categories
    controls = [each[:LONGEST_NAME] for each in (result.rules or (result.name,))][:MOST_CATEGORIES]
    status, description = ("pass", "allowed") if passed else ("fail", ", ".join(result.categories)[:LONGEST_NAME])
    return {
        "payload_type": "governance",
        "data": {
            "governance_type": "compliance_check",
            "check_id": event_id_of("check", *identity),
            "framework": (result.policy or result.name)[:LONGEST_NAME],
            "controls_checked": controls,
            "passed": passed,
            "findings": [{"control_id": control, "status": status, "description": description} for control in controls],
            "score": 1.0 if passed else 0.0,
        },
    }


def _threat_event(
    result: GuardrailResult, category: str, envelope: Mapping[str, Any], identity: tuple[str, ...]
) -> Event | RejectedEventError:
    known_by, kind = ("threat", category, *identity), threat_type_of(category)
    level = _level(result, kind)
    threat = {
        "payload_type": "security",
        "data": {
            "security_type": "threat",
            "threat_id": event_id_of(*known_by),
            "threat_type": kind,
            "threat_level": level,
            "target_resource": result.target[:LONGEST_NAME],
            "attack_vector": f"{result.name}: {category}"[:LONGEST_NAME],
            "mitigation_status": _MITIGATION[result.verdict],
            "indicators_of_compromise": [f"{what}: {count}"[:LONGEST_NAME] for what, count in result.found.items()],
        },
    }
    severity = "critical" if level is ThreatLevel.CRITICAL else "warning"
    return _event(envelope, "security", severity, known_by, threat)


def _level(result: GuardrailResult, kind: ThreatType | dict[str, str]) -> ThreatLevel:
    """By the score, or else by what kind it is."""
    if result.score is None:
        return ThreatLevel.HIGH if isinstance(kind, ThreatType) and kind in _GRAVE else ThreatLevel.MEDIUM
    return next((level for least, level in _LEVELS if result.score >= least), ThreatLevel.LOW)


def _performance(evaluation: Evaluation, value: float) -> dict[str, Any]:
    words = _NOT_A_WORD.sub("_", evaluation.name.lower()).strip("_")
    name = _NOT_IN_A_METRIC.sub("_", evaluation.name)[:LONGEST_METRIC_NAME]
    own = {_OWN_SCORES[words]: value} if words in _OWN_SCORES else {"custom_metrics": {name or "score": value}}
    data = {"telemetry_type": "model_performance", "model_id": evaluation.model or UNKNOWN_MODEL, **own}
    return {"payload_type": "telemetry", "data": data}


def _custom(custom_type: str, data: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in data.items() if value is not None}
    return {"payload_type": "custom", "custom_type": custom_type, "data": told}


def _event(
    envelope: Mapping[str, Any], event_type: str, severity: str, identity: tuple[str, ...], payload: Mapping[str, Any]
) -> Event | RejectedEventError:
    return event_of(
        {
            "source_module": "llm-sentinel" if event_type == "security" else "llm-observatory",
            **envelope,
            "event_type": event_type,
            "severity": severity,
            "event_id": event_id_of(*identity),
            "payload": payload,
        }
    )
