"""The part of the API's description that is about incidents and events."""

from collections.abc import Callable
from typing import Any, Final

from pydantic import BaseModel

from functions.query.incident_models import (
    CorrelationsAnswer,
    EventAnswer,
    EventsAnswer,
    GraphAnswer,
    IncidentDetailAnswer,
    IncidentsAnswer,
    RelatedAnswer,
)
from functions.query.incident_parameters import (
    CorrelationParameters,
    EventParameters,
    GraphParameters,
    IncidentParameters,
    RelatedParameters,
)
from shared.access.roles import Permission
from shared.access.routes import NEEDED

Json = dict[str, Any]
Model = type[BaseModel]
Described = tuple[str, str, Model, Model | None]

DESCRIBED: Final[dict[str, Described]] = {
    "/v1/incidents": ("getIncidents", "Incidents, the newest first", IncidentsAnswer, IncidentParameters),
    "/v1/incidents/{id}": ("getIncident", "One incident, with its time line and causes", IncidentDetailAnswer, None),
    "/v1/correlations": ("getCorrelations", "What belongs together now", CorrelationsAnswer, CorrelationParameters),
    "/v1/graph": ("getGraph", "Who calls whom", GraphAnswer, GraphParameters),
    "/v1/events": ("getEvents", "Events of the index, the newest first", EventsAnswer, EventParameters),
    "/v1/events/{id}": ("getEvent", "One event", EventAnswer, None),
    "/v1/events/{id}/related": ("getRelatedEvents", "What belongs to an event", RelatedAnswer, RelatedParameters),
}
STORY_ANSWERS: Final[tuple[Model, ...]] = tuple(answer for _, _, answer, _ in DESCRIBED.values())
_ID: Final[Json] = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def story_operation(
    path: str,
    parameters: Callable[[Model], list[Json]],
    reference: Callable[[Model], Json],
    content: Callable[[str, Json], Json],
    refusals: Json,
) -> Json:
    """The GET of a path, made by what the rest of the description is made by."""
    name, summary, answer, asked = DESCRIBED[path]
    needed: Permission = NEEDED["GET", path]
    missing = {"404": content("There is no such thing.", {"$ref": "#/components/schemas/ErrorAnswer"})}
    return {
        "operationId": name,
        "summary": summary,
        "description": f"Needs the permission {needed}.",
        "parameters": [*([_ID] if "{id}" in path else []), *(parameters(asked) if asked else [])],
        "responses": {
            "200": content("The answer.", reference(answer)),
            **refusals,
            **(missing if "{id}" in path else {}),
        },
    }
