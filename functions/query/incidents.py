"""Incidents, correlations and the graph of calls as people read them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from functions.query.incident_models import (
    CorrelationAnswer,
    CorrelationsAnswer,
    EdgeAnswer,
    GraphAnswer,
    IncidentAnswer,
    IncidentDetailAnswer,
    IncidentsAnswer,
    SignalAnswer,
)
from functions.query.incident_parameters import CorrelationParameters, GraphParameters, IncidentParameters
from shared.access.principal import Principal
from shared.errors import RejectedRequestError
from shared.incidents.correlate import correlate
from shared.incidents.correlation import Correlation
from shared.incidents.describing import (
    described,
    described_component,
    described_correlation,
    described_signal,
)
from shared.incidents.graph import ComponentGraph, Edge
from shared.incidents.incident import Incident
from shared.incidents.patterns import LIBRARY
from shared.incidents.scene import Scene
from shared.incidents.signal import in_order
from shared.incidents.stores import IncidentStore, Sighting, SightingStore

AROUND: Final = timedelta(hours=1)
"""Before and after the last signal of an incident: calls are kept by when they were told, and that may be late."""
MOST_CALLS: Final = 30


@dataclass(frozen=True, slots=True)
class Incidents:
    """Always of the principal's own tenant."""

    incidents: IncidentStore
    sightings: SightingStore
    clock: Callable[[], datetime]

    def list(self, principal: Principal, asked: IncidentParameters) -> IncidentsAnswer:
        found = self.incidents.find(principal.tenant, status=asked.status, after=asked.next, limit=asked.limit + 1)
        page = [stored.incident for stored in found[: asked.limit]]
        return IncidentsAnswer(
            incidents=[IncidentAnswer.model_validate(described(incident)) for incident in page],
            next=page[-1].id if len(found) > asked.limit else None,
        )

    def get(self, principal: Principal, incident_id: str) -> IncidentDetailAnswer:
        """With its time line, why it belongs together, and the calls of what it touched."""
        stored = self.incidents.get(principal.tenant, incident_id)
        if stored is None:
            raise RejectedRequestError(404, "not_found", "there is no such incident")
        incident = stored.incident
        return IncidentDetailAnswer.model_validate(
            described(incident)
            | {
                "time_line": [SignalAnswer.model_validate(described_signal(signal)) for signal in incident.signals],
                "correlations": list(map(_correlation, incident.correlations)),
                "graph": list(map(_edge, self._calls_around(incident))),
            }
        )

    def correlations(self, principal: Principal, asked: CorrelationParameters) -> CorrelationsAnswer:
        """What the rules say now of the signals of a time, around one event if one is named."""
        end = self.clock()
        sightings = list(self._seen(principal, end - timedelta(minutes=asked.window_minutes), end))
        graph = ComponentGraph.of(((each.slot, each.edges) for each in sightings), end)
        signals = in_order(signal for each in sightings for signal in each.signals)
        found = [each for each in correlate(Scene(signals, graph.callees(), LIBRARY)) if _is_wanted(each, asked)]
        strongest = sorted(found, key=lambda each: (-each.strength, each.id))
        return CorrelationsAnswer(correlations=list(map(_correlation, strongest[: asked.limit])))

    def graph(self, principal: Principal, asked: GraphParameters) -> GraphAnswer:
        now = self.clock()
        seen = self._seen(principal, now - timedelta(minutes=asked.window_minutes), now)
        graph = ComponentGraph.of(((each.slot, each.edges) for each in seen), now)
        return GraphAnswer(edges=list(map(_edge, graph.edges)), dropped=graph.dropped)

    def _calls_around(self, incident: Incident) -> Sequence[Edge]:
        touched = set(incident.impact.components)
        at = incident.last_signal_at
        seen = self.sightings.since(incident.tenant, at - AROUND, min(at + AROUND, self.clock()))
        graph = ComponentGraph.of(((each.slot, each.edges) for each in seen), at)
        return [edge for edge in graph.edges if edge.caller in touched or edge.callee in touched][:MOST_CALLS]

    def _seen(self, principal: Principal, start: datetime, end: datetime) -> Sequence[Sighting]:
        return list(self.sightings.since(principal.tenant, start, end))


def _is_wanted(found: Correlation, asked: CorrelationParameters) -> bool:
    return (
        found.strength >= asked.min_strength
        and (not asked.type or found.type in asked.type)
        and (asked.event_id is None or any(signal.id == asked.event_id for signal in found.signals))
    )


def _correlation(found: Correlation) -> CorrelationAnswer:
    return CorrelationAnswer.model_validate(described_correlation(found))


def _edge(edge: Edge) -> EdgeAnswer:
    calls = edge.calls
    return EdgeAnswer.model_validate(
        {
            "caller": described_component(edge.caller),
            "callee": described_component(edge.callee),
            "calls": round(calls.calls, 3),
            "error_ratio": calls.errors / calls.calls if calls.calls else None,
            "mean_latency_ms": calls.latency_ms / calls.calls if calls.latency_ms else None,
        }
    )
