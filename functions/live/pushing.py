"""Messages to many clients side by side: none waits for another, and who is gone is forgotten."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from shared.live.connection import MOST_FAILURES, Connection
from shared.live.stores import Clients, LiveStore, Reached

MOST_BYTES: Final = 120 * 1024
"""API Gateway takes 128 KB."""
Json = dict[str, Any]
SideBySide = Callable[
    [Callable[[tuple[Connection, Json]], Reached], Iterable[tuple[Connection, Json]]], Iterable[Reached]
]


@dataclass(frozen=True, slots=True)
class Pushing:
    store: LiveStore
    clients: Clients
    side_by_side: SideBySide = map

    def push(self, messages: Sequence[tuple[Connection, Json]]) -> Counter[Reached]:
        """How many were reached. Those that failed before come last."""
        patient = sorted(messages, key=lambda each: each[0].failures)
        reached = list(self.side_by_side(lambda each: self.clients.send(each[0].id, encoded(each[1])), patient))
        for (connection, _), outcome in zip(patient, reached, strict=True):
            self._settle(connection, outcome)
        return Counter(reached)

    def _settle(self, connection: Connection, outcome: Reached) -> None:
        if outcome is Reached.GONE:
            self.store.disconnect(connection)
        elif outcome is Reached.NO:
            self.store.failed(connection)
            if connection.failures + 1 >= MOST_FAILURES:
                self.clients.close(connection.id)
                self.store.disconnect(connection)


def encoded(message: Json) -> bytes:
    """What is too long for the gateway is told without its values, which can be asked for over HTTP."""
    text = msgspec.json.encode(message)
    if len(text) <= MOST_BYTES:
        return text
    return msgspec.json.encode(
        {name: value for name, value in message.items() if name != "series"} | {"too_long": True}
    )
