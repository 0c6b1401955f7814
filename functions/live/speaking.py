"""What clients say, and what they are answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from functions.live.messages import Message, Ping, Resume, Subscribe, Unsubscribe, parse_message
from functions.live.pushing import Pushing
from functions.live.telling import Contents, told
from shared.errors import RejectedRequestError
from shared.live.connection import Connection, Subscription, Topic
from shared.live.journal import Fact, News
from shared.live.stores import LiveStore
from shared.windows.closed import ClosedWindowStore

MOST_SUBSCRIPTIONS: Final = 20
MOST_RESUMED: Final = 500
OK: Final = 200
UNAUTHORIZED: Final = 401
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Conversation:
    """`groupings` are by name, for each set of dimensions that the hub keeps series by."""

    store: LiveStore
    closed: ClosedWindowStore
    pushing: Pushing
    groupings: Mapping[frozenset[str], str]
    clock: Callable[[], datetime]

    def hear(self, request: Mapping[str, Any]) -> int:
        """The status that the gateway wants: of a connection, whether it stands."""
        context = request["requestContext"]
        if context["eventType"] == "CONNECT":
            return self._connect(context["connectionId"], request.get("queryStringParameters") or {})
        connection = self.store.connection(context["connectionId"])
        if connection and context["eventType"] == "DISCONNECT":
            self.store.disconnect(connection)
        elif connection:
            self._answer(connection, request.get("body") or "")
        return OK

    def _connect(self, connection_id: str, asked: Mapping[str, str]) -> int:
        now = self.clock()
        ticket = self.store.redeem(sha256(str(asked.get("ticket", "")).encode()).hexdigest(), now)
        if ticket is None:
            return UNAUTHORIZED
        self.store.connect(Connection(connection_id, ticket.tenant, ticket.key_id), now)
        self._watch(ticket.tenant, now)
        return OK

    def _watch(self, tenant: str, now: datetime) -> None:
        """Where news went unnoted for a while, whoever comes back is told to read anew."""
        if not self.store.watch(tenant, now):
            self.store.append(tenant, Fact(News.RELOAD, now.isoformat(), 1), now)

    def _answer(self, connection: Connection, text: str) -> None:
        try:
            answers = self._obey(connection, parse_message(text))
        except RejectedRequestError as error:
            answers = [{"type": "error", "code": error.code, "message": error.message}]
        for answer in answers:
            self.pushing.push([(connection, answer)])

    def _obey(self, connection: Connection, message: Message) -> list[Json]:
        self._watch(connection.tenant, self.clock())
        match message:
            case Subscribe():
                self.store.subscribe(connection, self._subscription(connection, message), self.clock())
                return [{"type": "subscribed", "id": message.id, "sequence": self.store.head(connection.tenant)}]
            case Unsubscribe():
                self.store.unsubscribe(connection, message.id)
                return [{"type": "unsubscribed", "id": message.id}]
            case Resume():
                return self._missed(connection, message.after)
            case Ping():
                return [{"type": "pong", "sequence": self.store.head(connection.tenant), "at": self.clock()}]

    def _subscription(self, connection: Connection, asked: Subscribe) -> Subscription:
        known = self._known(connection)
        if len({*(each.id for each in known.subscriptions), asked.id}) > MOST_SUBSCRIPTIONS:
            raise RejectedRequestError(409, "too_many", f"a connection has at most {MOST_SUBSCRIPTIONS} subscriptions")
        if asked.topic is not Topic.MEASURE:
            return Subscription(asked.id, asked.topic)
        grouping = self.groupings.get(frozenset(asked.group_by))
        if grouping is None:
            raise RejectedRequestError(400, "unknown_grouping", "there are no series by these dimensions")
        return Subscription(asked.id, asked.topic, asked.measure, grouping, asked.resolution, asked.provisional)

    def _missed(self, connection: Connection, after: int) -> list[Json]:
        """All that came behind `after`; where that is not known any more, that everything is to be read anew."""
        entries = self.store.since(connection.tenant, after, MOST_RESUMED + 1)
        head = max(self.store.head(connection.tenant), *(entry.sequence for entry in entries), 0)
        is_whole = after == head if not entries else entries[0].sequence == after + 1
        if not is_whole or len(entries) > MOST_RESUMED:
            return [{"type": "reload", "sequence": head}]
        known, contents = self._known(connection), Contents.of(self.closed)
        missed = [told(entry, known, contents) for entry in entries]
        return [*missed, {"type": "resumed", "sequence": entries[-1].sequence if entries else after}]

    def _known(self, connection: Connection) -> Connection:
        listed = {each.id: each for each in self.store.connections(connection.tenant)}
        return listed.get(connection.id, connection)
