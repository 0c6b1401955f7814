"""Tickets for the WebSocket API, for a browser can send no header with a WebSocket."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from functions.query.document_models import LiveAnswer
from shared.access.principal import Principal
from shared.live.connection import TICKET_LIFE, Ticket
from shared.live.stores import TicketStore


@dataclass(frozen=True, slots=True)
class Tickets:
    """`url` is empty where the deployment has no WebSocket API."""

    store: TicketStore
    url: str
    clock: Callable[[], datetime]
    new_secret: Callable[[], str]

    def issue(self, who: Principal) -> LiveAnswer:
        if not self.url:
            return LiveAnswer(url=None, ticket=None, expires_at=None)
        secret, expires_at = self.new_secret(), self.clock() + TICKET_LIFE
        self.store.issue(Ticket(sha256(secret.encode()).hexdigest(), who.tenant, who.key_id, expires_at))
        return LiveAnswer(url=self.url, ticket=secret, expires_at=expires_at)
