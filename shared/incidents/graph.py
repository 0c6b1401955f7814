"""The component graph: who calls whom, how often, how slowly, with how many errors; older calls weigh less."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from shared.events.seen import SeenData, SeenEvent
from shared.incidents.from_events import component, components_of
from shared.incidents.signal import Component, ComponentKind

HALF_LIFE = timedelta(hours=1)
MOST_EDGES = 2_000
"""Of a tenant: the busiest are kept, the others counted."""

Call = tuple[Component, Component]


@dataclass(frozen=True, slots=True)
class Calls:
    """Of one edge; weights, not counts, once they have aged."""

    calls: float = 0.0
    errors: float = 0.0
    latency_ms: float = 0.0
    """The sum over the calls."""

    def __add__(self, other: "Calls") -> "Calls":
        return Calls(self.calls + other.calls, self.errors + other.errors, self.latency_ms + other.latency_ms)

    def aged(self, weight: float) -> "Calls":
        return Calls(self.calls * weight, self.errors * weight, self.latency_ms * weight)


@dataclass(frozen=True, slots=True)
class Edge:
    caller: Component
    callee: Component
    calls: Calls


@dataclass(frozen=True, slots=True)
class ComponentGraph:
    edges: tuple[Edge, ...]
    dropped: int = 0
    """Edges beyond the limit."""

    @classmethod
    def of(cls, parts: Iterable[tuple[datetime, Iterable[Edge]]], now: datetime) -> "ComponentGraph":
        """Merges what was seen at different times; an hour halves its weight. Bounded by its busiest edges."""
        merged: dict[Call, Calls] = {}
        for at, edges in parts:
            weight = 0.5 ** (max(now - at, timedelta()) / HALF_LIFE)
            for edge in edges:
                call = (edge.caller, edge.callee)
                merged[call] = merged.get(call, Calls()) + edge.calls.aged(weight)
        busiest = sorted(merged.items(), key=lambda item: (-item[1].calls, item[0]))
        kept = tuple(Edge(*call, calls) for call, calls in busiest[:MOST_EDGES])
        return cls(kept, len(busiest) - len(kept))

    def callees(self) -> Mapping[Component, frozenset[Component]]:
        called: dict[Component, set[Component]] = {}
        for edge in self.edges:
            called.setdefault(edge.caller, set()).add(edge.callee)
        return {caller: frozenset(callees) for caller, callees in called.items()}


def edges_of(events: Sequence[SeenEvent]) -> list[Edge]:
    """The calls that a batch of events shows.

    Each LLM call goes from service over team and model to the provider; an event that names another of the batch as its
    parent is a call from that one's component to its own.
    """
    found: dict[Call, Calls] = {}
    for path, calls in _paths(events).items():
        for call in pairwise(path):
            found[call] = found.get(call, Calls()) + calls
    for call in _parents(events):
        found[call] = found.get(call, Calls()) + Calls(1.0)
    return [Edge(*call, calls) for call, calls in found.items()]


def _paths(events: Sequence[SeenEvent]) -> dict[tuple[Component, ...], Calls]:
    """Each of few paths is taken by many calls: what is done for one call is kept small."""
    taken: dict[tuple[str | None, ...], list[SeenData]] = defaultdict(list)
    for event in events:
        call = event.payload.data
        if call.telemetry_type == "inference":
            taken[event.tags.service, call.team, call.model_id, call.provider].append(call)
    return {_path(names): _calls(calls) for names, calls in taken.items()}


def _calls(calls: Sequence[SeenData]) -> Calls:
    return Calls(
        len(calls), sum(call.error_type is not None for call in calls), sum([call.latency_ms for call in calls])
    )


KINDS = (ComponentKind.SERVICE, ComponentKind.TEAM, ComponentKind.MODEL, ComponentKind.PROVIDER)


def _path(names: tuple[str | None, ...]) -> tuple[Component, ...]:
    return tuple(component(kind, name) for kind, name in zip(KINDS, names, strict=True) if name)


def _parents(events: Sequence[SeenEvent]) -> Iterable[Call]:
    children = [event for event in events if event.parent_event_id is not None]
    if not children:
        return
    wanted = {child.parent_event_id for child in children}
    parents = {event.event_id: components_of(event) for event in events if event.event_id in wanted}
    for child in children:
        callers, callees = parents.get(str(child.parent_event_id), ()), components_of(child)
        if callers and callees and callers[0] != callees[0]:
            yield callers[0], callees[0]
