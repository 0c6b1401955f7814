"""All that query reads and keeps, by what it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from shared.anomalies.notices import NoticeBus
from shared.anomalies.policies import PolicyStore
from shared.anomalies.stores import AnomalyStore
from shared.audit.stores import AuditStore
from shared.documents.stores import DocumentStore
from shared.events.refusals import RefusalCounts
from shared.forecasts.stores import BudgetStore, ForecastStore
from shared.incidents.event_index import EventIndex
from shared.incidents.stores import IncidentStore, SightingStore
from shared.live.stores import TicketStore
from shared.measures.negotiated import NegotiatedPriceStore
from shared.windows.closed import ClosedWindowStore
from shared.windows.columns import ColumnStore
from shared.windows.rollups import RollupStore
from shared.windows.state import StateStore


@dataclass(frozen=True, slots=True)
class Stores:
    state: StateStore
    closed: ClosedWindowStore
    rollups: RollupStore
    columns: ColumnStore
    anomalies: AnomalyStore
    policies: PolicyStore
    incidents: IncidentStore
    sightings: SightingStore
    events: EventIndex
    forecasts: ForecastStore
    budgets: BudgetStore
    prices: NegotiatedPriceStore
    refusals: RefusalCounts
    documents: DocumentStore
    audit: AuditStore
    tickets: TicketStore
    bus: NoticeBus
    side_by_side: Callable[..., Iterable[Any]]
