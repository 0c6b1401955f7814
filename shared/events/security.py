"""What endangers: threats, vulnerabilities, breaches of rules, access and the use of personal data."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from shared.events.fields import Name, Names, Text, Texts, wire_tag


class SecurityData(Struct, tag_field="security_type", tag=wire_tag, omit_defaults=True, gc=False):
    """One of the leaf payloads of `security`."""


class ThreatType(StrEnum):
    PROMPT_INJECTION = "prompt_injection"
    DATA_EXFILTRATION = "data_exfiltration"
    MODEL_POISONING = "model_poisoning"
    DENIAL_OF_SERVICE = "denial_of_service"
    UNAUTHORIZED_ACCESS = "unauthorized_access"
    MALICIOUS_INPUT = "malicious_input"


class OtherThreat(Struct, gc=False):
    """A threat that has no name of its own yet: `{"other": "text"}`."""

    other: Name


class ThreatLevel(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class MitigationStatus(StrEnum):
    DETECTED = "detected"
    BLOCKED = "blocked"
    MITIGATED = "mitigated"
    INVESTIGATING = "investigating"
    RESOLVED = "resolved"


class RemediationStatus(StrEnum):
    IDENTIFIED = "identified"
    PATCH_AVAILABLE = "patch_available"
    PATCHING = "patching"
    PATCHED = "patched"
    ACCEPTED = "accepted"


class AuthAction(StrEnum):
    LOGIN = "login"
    LOGOUT = "logout"
    ACCESS_ATTEMPT = "access_attempt"
    PERMISSION_DENIED = "permission_denied"
    TOKEN_GENERATED = "token_generated"  # noqa: S105 - the wire's word for an action
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the wire's word for an action


class PrivacyOperation(StrEnum):
    DATA_ACCESS = "data_access"
    DATA_COLLECTION = "data_collection"
    DATA_SHARING = "data_sharing"
    DATA_DELETION = "data_deletion"
    CONSENT_UPDATE = "consent_update"


class Threat(SecurityData, kw_only=True):
    threat_id: Name
    threat_type: ThreatType | OtherThreat
    threat_level: ThreatLevel
    source_ip: Name | None = None
    target_resource: Name
    attack_vector: Text
    mitigation_status: MitigationStatus
    indicators_of_compromise: Texts


class Vulnerability(SecurityData, kw_only=True):
    vulnerability_id: Name
    cve_id: Name | None = None
    severity_score: Annotated[float, Meta(ge=0, le=10)]
    affected_component: Name
    description: Text
    remediation_status: RemediationStatus


class ComplianceViolation(SecurityData, kw_only=True):
    violation_id: Name
    regulation: Name
    requirement: Text
    violation_description: Text
    affected_data_types: Names
    remediation_required: bool


class Auth(SecurityData, kw_only=True):
    user_id: Name
    action: AuthAction
    resource: Name
    success: bool
    failure_reason: Text | None = None


class Privacy(SecurityData, kw_only=True):
    data_type: Name
    operation: PrivacyOperation
    user_consent: bool
    data_subjects: Names
    purpose: Text


class SecurityPayload(Struct, tag_field="payload_type", tag="security", gc=False):
    data: Threat | Vulnerability | ComplianceViolation | Auth | Privacy
