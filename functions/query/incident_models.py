"""Incidents, correlations, the graph of calls and events as clients read them; the same models make the description."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from shared.incidents.correlation import CorrelationType
from shared.incidents.impact import ImpactLevel
from shared.incidents.incident import IncidentStatus
from shared.incidents.signal import ComponentKind, SignalKind

Share = Annotated[float, Field(ge=0, le=1)]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class ComponentAnswer(_Answer):
    kind: ComponentKind
    name: str


class ImpactAnswer(_Answer):
    level: ImpactLevel
    score: Share
    components: list[ComponentAnswer]
    users: int
    additional_cost_usd: Annotated[
        float,
        Field(description="At least: beyond the usual in the windows in which deviations began; no dollar twice."),
    ]
    threats: int
    violations: int


class CauseAnswer(_Answer):
    kind: SignalKind
    about: Annotated[str, Field(description="A component, or whoever an indicator names, such as `user:ann`.")]
    score: Share
    since: datetime
    signals: int
    summary: str
    evidence: Annotated[dict[str, float], Field(description="The terms of the score, each from 0 to 1.")]


class IncidentAnswer(_Answer):
    incident_id: str
    tenant: str
    status: IncidentStatus
    title: str
    opened_at: datetime
    last_signal_at: datetime
    resolved_at: datetime | None
    merged_into: str | None
    signals: int
    correlation_types: list[CorrelationType]
    impact: ImpactAnswer
    suspected_causes: Annotated[list[CauseAnswer], Field(description="The likeliest first.")]
    recommendations: list[str]


class IncidentsAnswer(_Answer):
    incidents: Annotated[list[IncidentAnswer], Field(description="The newest first.")]
    next: Annotated[str | None, Field(description="Parameter `next` of the following page; null on the last.")]


class CorrelationAnswer(_Answer):
    correlation_id: str
    type: CorrelationType
    strength: Share
    confidence: Share
    reason: str
    evidence: dict[str, str | float]
    start: datetime
    end: datetime
    signals: Annotated[list[str], Field(description="Ids of events and anomalies, in order of time.")]


class CorrelationsAnswer(_Answer):
    correlations: Annotated[list[CorrelationAnswer], Field(description="The strongest first.")]


class SignalAnswer(_Answer):
    id: Annotated[str, Field(description="Of an event, or of an anomaly.")]
    at: datetime
    kind: SignalKind
    severity: Share
    summary: str
    components: list[ComponentAnswer]
    is_anomaly: bool
    correlation_id: str | None
    parent_id: str | None


class EdgeAnswer(_Answer):
    caller: ComponentAnswer
    callee: ComponentAnswer
    calls: Annotated[float, Field(description="Weighed by age: an hour halves it.")]
    error_ratio: float | None
    mean_latency_ms: float | None


class GraphAnswer(_Answer):
    edges: Annotated[list[EdgeAnswer], Field(description="The busiest first.")]
    dropped: Annotated[int, Field(description="Edges beyond the limit of a tenant.")]


class IncidentDetailAnswer(IncidentAnswer):
    time_line: list[SignalAnswer]
    correlations: list[CorrelationAnswer]
    graph: Annotated[
        list[EdgeAnswer], Field(description="Calls by and of the components of the incident, the busiest first.")
    ]


class EventAnswer(_Answer):
    event_id: str
    timestamp: datetime
    event_type: str
    source_module: str
    severity: str
    correlation_id: str | None
    parent_event_id: str | None
    event: Annotated[dict[str, Any], Field(description="As it was accepted, without prompts.")]


class EventsAnswer(_Answer):
    events: Annotated[list[EventAnswer], Field(description="The newest first.")]
    next: Annotated[str | None, Field(description="Parameter `next` of the following page; null on the last.")]


class RelationAnswer(_Answer):
    from_event: str
    to_event: str
    relationship: Annotated[str, Field(description="`causes` from a parent to its child, else `related_to`.")]


class RelatedAnswer(_Answer):
    events: Annotated[list[EventAnswer], Field(description="In order of time, the one asked for among them.")]
    relations: list[RelationAnswer]
