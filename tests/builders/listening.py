"""The stage live on stores in memory, and a client of it that does what a client should."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from functions.live.incoming import Happened
from functions.live.news import NewsDesk
from functions.live.pushing import Pushing
from functions.live.speaking import Conversation
from functions.live.ticking import Ticking
from shared.live.connection import Ticket
from shared.live.journal import Fact, News
from shared.windows.groups import GROUPINGS, grouping_name
from tests.builders.rolling import RollingHub
from tests.fakes.live_store import InMemoryClients, InMemoryLiveStore


class ListeningHub:
    """Time passes only while the stage sleeps, or when it is told to."""

    def __init__(self) -> None:
        self.hub = RollingHub()
        self.store = InMemoryLiveStore()
        self.clients = InMemoryClients()
        self.pushing = Pushing(self.store, self.clients)

    @property
    def now(self) -> datetime:
        return self.hub.now

    @property
    def desk(self) -> NewsDesk:
        return NewsDesk(self.store, self.hub.closed, self.pushing, lambda: self.now)

    @property
    def conversation(self) -> Conversation:
        names = {frozenset(grouping): grouping_name(grouping) for grouping in GROUPINGS}
        return Conversation(self.store, self.hub.closed, self.pushing, names, lambda: self.now)

    @property
    def ticking(self) -> Ticking:
        state, closed = self.hub.state, self.hub.closed
        return Ticking(self.store, state, closed, self.pushing, GROUPINGS, 5000, lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.hub.now += timedelta(seconds=seconds)

    def connect(self, connection_id: str = "c1", tenant: str = "acme") -> int:
        self.store.issue(Ticket(sha256(b"secret").hexdigest(), tenant, "key_1", self.now + timedelta(seconds=60)))
        return self.conversation.hear(
            {
                "requestContext": {"connectionId": connection_id, "eventType": "CONNECT"},
                "queryStringParameters": {"ticket": "secret"},
            }
        )

    def say(self, connection_id: str = "c1", **message: Any) -> list[Any]:
        """What is answered."""
        before = len(self.clients.received[connection_id])
        context = {"connectionId": connection_id, "eventType": "MESSAGE"}
        self.conversation.hear({"requestContext": context, "body": json.dumps(message)})
        return self.clients.received[connection_id][before:]

    def hang_up(self, connection_id: str = "c1") -> None:
        self.conversation.hear({"requestContext": {"connectionId": connection_id, "eventType": "DISCONNECT"}})

    def happen(self, *windows: Any) -> None:
        """The heads of these windows as they stand were written."""
        heads = [self.hub.closed.heads[window] for window in windows]
        facts = [Fact(News.WINDOW, f"{head.window.resolution.value}#{head.window.key}", head.version) for head in heads]
        self.desk.tell([Happened(fact) for fact in facts])


class Viewer:
    """What a client does with messages: takes the next number, lets go what it has, and asks for what it misses."""

    def __init__(self) -> None:
        self.last = 0
        self.seen: list[int] = []
        self.reloads = 0

    def take(self, messages: Sequence[Any]) -> bool:
        """Whether it must ask for what it misses."""
        is_missing = False
        for message in messages:
            sequence = message.get("sequence")
            if message["type"] in {"reload", "subscribed"}:
                self.reloads += message["type"] == "reload"
                self.last = sequence
            elif message["type"] in {"heartbeat", "pong", "resumed"}:
                is_missing |= sequence > self.last
            elif sequence == self.last + 1:
                self.last = sequence
                self.seen.append(sequence)
            elif sequence is not None:
                is_missing |= sequence > self.last
        return is_missing
