"""What may be asked about incidents, correlations, calls and events."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from functions.query.parameters import One, Parameters, Time, split
from shared.events.event import EventType, Severity, SourceModule
from shared.incidents.correlation import CorrelationType
from shared.incidents.incident import IncidentStatus

MOST = 500
LONGEST_MINUTES = 24 * 60
Limit = Annotated[int, One, Field(ge=1, le=MOST)]
Minutes = Annotated[int, One, Field(ge=1, le=LONGEST_MINUTES, description="How far back from now.")]
Names = Annotated[tuple[str, ...], BeforeValidator(split), Field(max_length=20)]
Page = Annotated[str | None, One, Field(max_length=512, description="`next` of the page before.")]


class IncidentParameters(Parameters):
    status: Annotated[IncidentStatus | None, One] = None
    limit: Limit = 50
    next: Page = None


class CorrelationParameters(Parameters):
    window_minutes: Minutes = 60
    min_strength: Annotated[float, One, Field(ge=0, le=1)] = 0.7
    type: Annotated[tuple[CorrelationType, ...], BeforeValidator(split), Field(max_length=8)] = ()
    event_id: Annotated[
        str | None, One, Field(max_length=128, description="Only what holds this event or anomaly.")
    ] = None
    limit: Limit = 100


class GraphParameters(Parameters):
    window_minutes: Minutes = 180


class EventParameters(Parameters):
    start: Time = "now-24h"
    end: Time = "now"
    event_type: Annotated[tuple[EventType, ...], BeforeValidator(split), Field(max_length=7)] = ()
    severity: Annotated[tuple[Severity, ...], BeforeValidator(split), Field(max_length=5)] = ()
    source_module: Annotated[tuple[SourceModule, ...], BeforeValidator(split), Field(max_length=7)] = ()
    correlation_id: Annotated[str | None, One, Field(max_length=64)] = None
    model: Names = ()
    provider: Names = ()
    team: Names = ()
    user_id: Names = ()
    environment: Names = ()
    text: Annotated[
        str | None, One, Field(min_length=1, max_length=100, description="Somewhere in the event, in either case.")
    ] = None
    order: Annotated[Literal["desc", "asc"], One, Field(description="The newest or the oldest first.")] = "desc"
    limit: Limit = 100
    next: Page = None


class RelatedParameters(Parameters):
    depth: Annotated[int, One, Field(ge=1, le=5)] = 1
