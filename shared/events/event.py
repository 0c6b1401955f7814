"""The event: one fact that a producer reports, in an envelope that is the same for all of them."""

from enum import StrEnum
from typing import Annotated, Self

from msgspec import Meta, Struct

from shared.events.cost import CostPayload
from shared.events.custom import CustomPayload
from shared.events.fields import Name
from shared.events.governance import GovernancePayload
from shared.events.security import SecurityPayload
from shared.events.telemetry import TelemetryPayload

SCHEMA_VERSION = "1.0.0"

EventId = Annotated[str, Meta(min_length=32, max_length=45, extra_json_schema={"format": "uuid"})]
Timestamp = Annotated[str, Meta(min_length=1, max_length=64, extra_json_schema={"format": "date-time"})]
Version = Annotated[str, Meta(min_length=1, max_length=32)]
TagName = Annotated[str, Meta(min_length=1, max_length=128)]
TagValue = Annotated[str, Meta(max_length=1024)]
Payload = TelemetryPayload | SecurityPayload | CostPayload | GovernancePayload | CustomPayload


class SourceModule(StrEnum):
    OBSERVATORY = "llm-observatory"
    SENTINEL = "llm-sentinel"
    COST_OPS = "llm-cost-ops"
    GOVERNANCE_DASHBOARD = "llm-governance-dashboard"
    REGISTRY = "llm-registry"
    POLICY_ENGINE = "llm-policy-engine"
    ANALYTICS_HUB = "llm-analytics-hub"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """`llm-costops` is an older spelling that producers still send."""
        return cls("llm-cost-ops") if value == "llm-costops" else None


class EventType(StrEnum):
    TELEMETRY = "telemetry"
    SECURITY = "security"
    COST = "cost"
    GOVERNANCE = "governance"
    LIFECYCLE = "lifecycle"
    AUDIT = "audit"
    ALERT = "alert"


class Severity(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


class Event(Struct, kw_only=True, omit_defaults=True, gc=False):
    """After decoding, ids are canonical (lower case, dashed) and the timestamp reads "2026-11-22T10:05:12.345678Z"."""

    event_id: EventId = ""
    timestamp: Timestamp
    source_module: SourceModule
    event_type: EventType
    correlation_id: EventId | None = None
    parent_event_id: EventId | None = None
    schema_version: Version = SCHEMA_VERSION
    severity: Severity
    environment: Name
    tags: Annotated[dict[TagName, TagValue], Meta(max_length=64)] = {}
    payload: Payload
