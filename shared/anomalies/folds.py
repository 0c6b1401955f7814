"""How far the folding of closed windows into what is usual has come, and where what it knows is kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from shared.anomalies.anomaly import Anomaly
from shared.windows.window import Window


@dataclass(frozen=True, slots=True)
class Place:
    """Every window before `next` is folded, in order, each exactly once.

    What was learned is in immutable objects under ids of their own: one for each bucket that has series, and one with the
    open anomalies and what is still to be written of them. This small item names them; to put it is the only commit.
    """

    next: Window
    revision: int = 0
    """Of the item: it grows by one with each commit, and orders what is written about an anomaly."""
    states: Mapping[int, str] = field(default_factory=dict)
    memory: str | None = None
    stale: tuple[str, ...] = ()
    """Objects of the commit before, for whoever still reads them; the next commit forgets them."""
    is_pending: bool = False
    """What the memory says has yet to be written may not all have been."""

    @property
    def objects(self) -> frozenset[str]:
        return frozenset((*self.states.values(), *((self.memory,) if self.memory else ())))


class Announcements(Protocol):
    """Anomalies that the fast lane has opened and the fold has yet to follow."""

    def announce(self, anomaly: Anomaly) -> None:
        """The fast lane's word to the fold: follow this anomaly to its end."""
        ...

    def announced(self) -> Sequence[Anomaly]: ...

    def adopted(self, anomalies: Iterable[Anomaly]) -> None:
        """They are followed: need not be announced any more."""
        ...


class FoldStore(Announcements, Protocol):
    """Reads are strong."""

    def place(self) -> Place | None: ...

    def advance(self, before: Place | None, after: Place) -> bool:
        """Put `after` if the item is `before` (None: there is none); False if another was faster."""
        ...

    def put_object(self, content: bytes) -> str:
        """Keep it under a fresh id."""
        ...

    def object(self, object_id: str) -> bytes:
        """TransientError if it is gone: then another invocation has moved on."""
        ...

    def forget(self, object_ids: Iterable[str]) -> None: ...
