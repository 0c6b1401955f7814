"""What live needs of the world: a store of tickets, connections and journals, and a way to the clients."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

from shared.live.connection import Connection, Subscription, Ticket
from shared.live.journal import Entry, Fact


class TicketStore(Protocol):
    def issue(self, ticket: Ticket) -> None: ...

    def redeem(self, digest: str, now: datetime) -> Ticket | None:
        """The ticket, once; None if there is none, if it was used or if its time is over."""
        ...


class LiveStore(TicketStore, Protocol):
    """Reads are strong."""

    def connect(self, connection: Connection, now: datetime) -> None: ...

    def connection(self, connection_id: str) -> Connection | None:
        """Without its subscriptions."""
        ...

    def disconnect(self, connection: Connection) -> None:
        """With all its subscriptions; one that is not there is gone already."""
        ...

    def failed(self, connection: Connection) -> None:
        """Counts that it could not be reached."""
        ...

    def subscribe(self, connection: Connection, subscription: Subscription, now: datetime) -> None: ...

    def unsubscribe(self, connection: Connection, subscription_id: str) -> None: ...

    def connections(self, tenant: str) -> Sequence[Connection]:
        """By id."""
        ...

    def watch(self, tenant: str, now: datetime) -> bool:
        """Notes that someone listens; False if nobody did, so that news may have gone unnoted."""
        ...

    def watched(self, now: datetime) -> Sequence[str]:
        """The tenants of whom news is noted."""
        ...

    def head(self, tenant: str) -> int:
        """The sequence number of the newest entry; 0 before the first."""
        ...

    def append(self, tenant: str, fact: Fact, now: datetime) -> Entry | None:
        """The next entry of the journal; None if the fact stands in it already. Only of who is watched."""
        ...

    def since(self, tenant: str, after: int, limit: int) -> Sequence[Entry]:
        """The entries behind a sequence number, in order; what is too old is missing from the beginning."""
        ...


class Reached(Enum):
    YES = "yes"
    NO = "no"
    GONE = "gone"
    """There is no such connection any more."""


class Clients(Protocol):
    def send(self, connection_id: str, message: bytes) -> Reached:
        """Within seconds, whatever the client does."""
        ...

    def close(self, connection_id: str) -> None:
        """One that is closed already is left alone."""
        ...
