"""What is allowed and what was done: policies, audit trails, compliance checks and the ways of data."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Raw, Struct

from shared.events.fields import Name, Names, Quantity, Text, Texts, wire_tag


class GovernanceData(Struct, tag_field="governance_type", tag=wire_tag, omit_defaults=True, gc=False):
    """One of the leaf payloads of `governance`."""


class PolicySeverity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class ComplianceStatus(StrEnum):
    PASS = "pass"  # noqa: S105 - the wire's word for a result
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    MANUAL = "manual"


class DataOperation(StrEnum):
    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"
    TRANSFORM = "transform"
    AGGREGATE = "aggregate"


class Finding(Struct, kw_only=True, omit_defaults=True, gc=False):
    control_id: Name
    status: ComplianceStatus
    description: Text
    evidence: Text | None = None


class PolicyViolation(GovernanceData, kw_only=True):
    policy_id: Name
    policy_name: Name
    violation_description: Text
    violated_rules: Texts
    resource_id: Name
    user_id: Name | None = None
    severity: PolicySeverity
    auto_remediated: bool


class AuditTrail(GovernanceData, kw_only=True):
    """`changes` maps a field to any JSON; it is carried as it came and read by nobody on the way."""

    action: Name
    actor: Name
    resource_type: Name
    resource_id: Name
    changes: Annotated[dict[Name, Raw], Meta(max_length=256)]
    ip_address: Name | None = None
    user_agent: Text | None = None


class ComplianceCheck(GovernanceData, kw_only=True):
    check_id: Name
    framework: Name
    controls_checked: Names
    passed: bool
    findings: Annotated[list[Finding], Meta(max_length=256)]
    score: Quantity


class DataLineage(GovernanceData, kw_only=True):
    data_asset_id: Name
    operation: DataOperation
    source: Name | None = None
    destination: Name | None = None
    transformation: Text | None = None
    lineage_path: Texts


class GovernancePayload(Struct, tag_field="payload_type", tag="governance", gc=False):
    data: PolicyViolation | AuditTrail | ComplianceCheck | DataLineage
