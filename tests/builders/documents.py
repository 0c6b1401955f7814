"""What stands behind the console's own routes, on stores in memory."""

from collections.abc import Callable
from datetime import datetime
from itertools import count

from functions.query.analyse import Analysis
from functions.query.analysis_routes import Questions
from functions.query.auditing import Auditing
from functions.query.dashboards import Dashboards
from functions.query.document_routes import Documents
from functions.query.preferences import Preferences
from functions.query.tickets import Tickets
from shared.audit.log import AuditLog
from tests.builders.hub import SeededHub
from tests.fakes.audit_store import InMemoryAuditStore
from tests.fakes.document_store import InMemoryDocumentStore
from tests.fakes.live_store import InMemoryLiveStore


def documents_of(clock: Callable[[], datetime], store: InMemoryDocumentStore | None = None) -> Documents:
    store, ids = store or InMemoryDocumentStore(), count(1)
    tickets = Tickets(InMemoryLiveStore(), "wss://hub/", clock, lambda: f"secret-{next(ids)}")
    return Documents(Dashboards(store, clock, lambda: f"d{next(ids)}"), Preferences(store, clock), tickets)


def console_of(
    hub: SeededHub, clock: Callable[[], datetime], audit: InMemoryAuditStore | None = None
) -> tuple[Questions, Documents, Auditing]:
    questions = Questions(Analysis(hub.windows, hub.columns, clock), clock)
    return questions, documents_of(clock), Auditing(AuditLog(audit or InMemoryAuditStore(), clock), clock)
