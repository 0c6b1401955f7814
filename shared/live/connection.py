"""Who listens: tickets, connections and what each has subscribed to."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

TICKET_LIFE: Final = timedelta(seconds=60)
CONNECTION_LIFE: Final = timedelta(hours=2, minutes=15)
"""API Gateway ends a WebSocket connection after two hours."""
WATCHED_FOR: Final = timedelta(minutes=15)
"""After the last sign of any client news is still noted, so that whoever comes back has missed nothing."""
JOURNAL_LIFE: Final = timedelta(hours=2)
MOST_FAILURES: Final = 3


class Ticket(msgspec.Struct, frozen=True):
    """Lets whoever has its secret connect once, as the one it was given to. Only the secret's hash is kept."""

    digest: str
    tenant: str
    key_id: str
    expires_at: datetime


class Topic(StrEnum):
    MEASURE = "measure"
    ANOMALIES = "anomalies"
    INCIDENTS = "incidents"


class Subscription(msgspec.Struct, frozen=True):
    """`id` is the client's; `measure`, `grouping` and `resolution` are of the topic `measure` alone."""

    id: str
    topic: Topic
    measure: str = ""
    grouping: str = ""
    resolution: str = "1m"
    provisional: bool = False


class Connection(msgspec.Struct, frozen=True):
    id: str
    tenant: str
    key_id: str
    failures: int = 0
    subscriptions: tuple[Subscription, ...] = ()

    def wants(self, topic: Topic) -> bool:
        return any(each.topic is topic for each in self.subscriptions)
