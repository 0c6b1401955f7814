"""Live's store and its clients in memory."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from shared.live.connection import WATCHED_FOR, Connection, Subscription, Ticket
from shared.live.journal import Entry, Fact
from shared.live.stores import Reached


class InMemoryLiveStore:
    def __init__(self) -> None:
        self.tickets: dict[str, Ticket] = {}
        self.connected: dict[str, Connection] = {}
        self.subscribed: dict[tuple[str, str], Subscription] = {}
        self.until: dict[str, datetime] = {}
        self.journals: dict[str, list[Entry]] = defaultdict(list)

    def issue(self, ticket: Ticket) -> None:
        self.tickets[ticket.digest] = ticket

    def redeem(self, digest: str, now: datetime) -> Ticket | None:
        ticket = self.tickets.pop(digest, None)
        return ticket if ticket and now < ticket.expires_at else None

    def connect(self, connection: Connection, now: datetime) -> None:  # noqa: ARG002 (nothing expires here)
        self.connected[connection.id] = connection

    def connection(self, connection_id: str) -> Connection | None:
        return self.connected.get(connection_id)

    def disconnect(self, connection: Connection) -> None:
        self.connected.pop(connection.id, None)
        for key in [key for key in self.subscribed if key[0] == connection.id]:
            del self.subscribed[key]

    def failed(self, connection: Connection) -> None:
        if known := self.connected.get(connection.id):
            self.connected[connection.id] = msgspec.structs.replace(known, failures=known.failures + 1)

    def subscribe(self, connection: Connection, subscription: Subscription, now: datetime) -> None:  # noqa: ARG002
        self.subscribed[connection.id, subscription.id] = subscription

    def unsubscribe(self, connection: Connection, subscription_id: str) -> None:
        self.subscribed.pop((connection.id, subscription_id), None)

    def connections(self, tenant: str) -> Sequence[Connection]:
        return [
            msgspec.structs.replace(each, subscriptions=self._subscriptions(each.id))
            for _, each in sorted(self.connected.items())
            if each.tenant == tenant
        ]

    def watch(self, tenant: str, now: datetime) -> bool:
        was_watched = tenant in self.watched(now)
        self.until[tenant] = now + WATCHED_FOR
        return was_watched

    def watched(self, now: datetime) -> Sequence[str]:
        return sorted(tenant for tenant, until in self.until.items() if until > now)

    def head(self, tenant: str) -> int:
        return len(self.journals[tenant])

    def append(self, tenant: str, fact: Fact, now: datetime) -> Entry | None:  # noqa: ARG002
        journal = self.journals[tenant]
        if any(entry.fact.identity == fact.identity for entry in journal):
            return None
        journal.append(Entry(len(journal) + 1, fact))
        return journal[-1]

    def since(self, tenant: str, after: int, limit: int) -> Sequence[Entry]:
        return [entry for entry in self.journals[tenant] if entry.sequence > after][:limit]

    def _subscriptions(self, connection_id: str) -> tuple[Subscription, ...]:
        return tuple(each for key, each in sorted(self.subscribed.items()) if key[0] == connection_id)


class InMemoryClients:
    """`reached` says what becomes of a message to a connection; what arrives is in `received`."""

    def __init__(self) -> None:
        self.received: dict[str, list[Any]] = defaultdict(list)
        self.reached: dict[str, Reached] = defaultdict(lambda: Reached.YES)
        self.closed: list[str] = []

    def send(self, connection_id: str, message: bytes) -> Reached:
        if self.reached[connection_id] is Reached.YES:
            self.received[connection_id].append(msgspec.json.decode(message))
        return self.reached[connection_id]

    def close(self, connection_id: str) -> None:
        self.closed.append(connection_id)
