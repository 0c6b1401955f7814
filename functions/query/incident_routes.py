"""From the gateway's requests to what each route about incidents and events means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from functions.query.events import Events
from functions.query.incident_parameters import (
    CorrelationParameters,
    EventParameters,
    GraphParameters,
    IncidentParameters,
    RelatedParameters,
)
from functions.query.incidents import Incidents
from shared.access.principal import Principal


@dataclass(frozen=True, slots=True)
class Stories:
    incidents: Incidents
    events: Events

    def answer(self, request: Mapping[str, Any]) -> BaseModel:
        named = str((request.get("pathParameters") or {}).get("id", ""))
        return INCIDENT_ROUTES[request["httpMethod"], request["resource"]](
            self, Principal.permitted(request), request, named
        )


Route = Callable[[Stories, Principal, Mapping[str, Any], str], BaseModel]

INCIDENT_ROUTES: Final[Mapping[tuple[str, str], Route]] = {
    ("GET", "/v1/incidents"): lambda on, who, asked, _: on.incidents.list(who, IncidentParameters.of(asked)),
    ("GET", "/v1/incidents/{id}"): lambda on, who, _, named: on.incidents.get(who, named),
    ("GET", "/v1/correlations"): lambda on, who, asked, _: on.incidents.correlations(
        who, CorrelationParameters.of(asked)
    ),
    ("GET", "/v1/graph"): lambda on, who, asked, _: on.incidents.graph(who, GraphParameters.of(asked)),
    ("GET", "/v1/events"): lambda on, who, asked, _: on.events.list(who, EventParameters.of(asked)),
    ("GET", "/v1/events/{id}"): lambda on, who, _, named: on.events.get(who, named),
    ("GET", "/v1/events/{id}/related"): lambda on, who, asked, named: on.events.related(
        who, named, RelatedParameters.of(asked)
    ),
}
