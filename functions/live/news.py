"""Notes what happened in the journals of those who watch, and tells it to whoever is connected."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.live.incoming import Happened
from functions.live.pushing import Pushing
from functions.live.telling import Contents, told
from shared.live.journal import Entry
from shared.live.stores import LiveStore, Reached
from shared.windows.closed import ClosedWindowStore


@dataclass(frozen=True, slots=True)
class NewsDesk:
    """An entry is noted before connections are listed; who connects is listed before they learn the newest number. So
    whatever is noted is either told to them or behind that number.
    """

    store: LiveStore
    closed: ClosedWindowStore
    pushing: Pushing
    clock: Callable[[], datetime]

    def tell(self, happened: Sequence[Happened]) -> Counter[Reached]:
        """The same news again is told to nobody."""
        reached: Counter[Reached] = Counter()
        contents = Contents.of(self.closed)
        for tenant in self.store.watched(self.clock()) if happened else ():
            entries = list(self._noted(tenant, happened))
            if entries:
                reached += self._tell(tenant, entries, contents)
        return reached

    def _noted(self, tenant: str, happened: Sequence[Happened]) -> Iterable[Entry]:
        for each in happened:
            if each.tenant in {None, tenant}:
                entry = self.store.append(tenant, each.fact, self.clock())
                if entry:
                    yield entry

    def _tell(self, tenant: str, entries: Sequence[Entry], contents: Contents) -> Counter[Reached]:
        """One after the other to each client, all clients side by side."""
        reached: Counter[Reached] = Counter()
        for entry in entries:
            connections = self.store.connections(tenant)
            reached += self.pushing.push([(each, told(entry, each, contents)) for each in connections])
        return reached
