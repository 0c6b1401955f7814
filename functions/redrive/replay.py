"""The use case: what arrived in some hours is put into the stream again, slice by slice and at a bounded rate.

A replayed event has its stamp and its partition of then, so it is as late or on time as it was, and where it was counted
it is counted no second time. So a replay makes good what is missing, and changes nothing else.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain

from functions.redrive.fitness import MINUTE
from shared.errors import RejectedRecordError
from shared.packs.archive import Archive, Hours, archived_packs, arrival_hour, tenant_folder
from shared.packs.pack import Pack
from shared.packs.packing import packs_of
from shared.packs.stream import EventStream
from shared.windows.state import has_state
from shared.windows.window import Window

PUTS_PER_SECOND = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """`after` is the last object of the slice before."""

    hours: Hours
    events_per_second: int
    tenant: str | None = None
    after: str = ""


@dataclass(slots=True)
class Replayed:
    """What one slice did; `next` is where another goes on, None when all is done, and `share` how far it came."""

    objects: int = 0
    events: int = 0
    expired: int = 0
    unreadable: int = 0
    share: float = 0.0
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    archive: Archive
    stream: EventStream
    partitions: int
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]

    def run(self, wanted: Wanted, until: datetime) -> Replayed:
        """Objects in the order of their keys, one at the least, until the time is up."""
        replayed = Replayed()
        for key, share in self._keys(wanted):
            if replayed.objects and self.clock() >= until:
                return replayed
            self._replay(key, wanted, replayed)
            replayed.objects += 1
            replayed.next, replayed.share = key, share
        replayed.next, replayed.share = None, 1.0
        return replayed

    def _keys(self, wanted: Wanted) -> Iterator[tuple[str, float]]:
        tenants = [tenant for tenant in self.archive.tenants() if wanted.tenant in {None, tenant}]
        for rank, tenant in enumerate(tenants):
            if tenant_folder(tenant) + "~" > wanted.after:
                for key in self.archive.keys(tenant, wanted.hours, wanted.after):
                    yield key, (rank + _part_of(wanted.hours, key)) / len(tenants)

    def _replay(self, key: str, wanted: Wanted, replayed: Replayed) -> None:
        try:
            packs = list(archived_packs(self.archive.read(key)))
        except RejectedRecordError:
            replayed.unreadable += 1
            return
        asked = [pack for pack in packs if wanted.hours.holds(pack.header.ingested_at)]
        fit = [self._foldable(pack) for pack in asked]
        replayed.expired += sum(map(_events, asked)) - sum(map(_events, fit))
        for portion in _portions(fit, wanted.events_per_second // PUTS_PER_SECOND):
            self._put(portion, wanted.events_per_second)
            replayed.events += sum(map(_events, portion))

    def _foldable(self, pack: Pack) -> Pack:
        """Without the events whose minutes have outlived their state: aggregation could not know them again."""
        now = self.clock()
        dead = {
            text for text in {_minute(event.timestamp) for event in pack.events} if not has_state(_window(text), now)
        }
        if pack.header.partition >= self.partitions:
            return replace(pack, events=[])
        return replace(pack, events=[event for event in pack.events if _minute(event.timestamp) not in dead])

    def _put(self, packs: Iterable[Pack], events_per_second: int) -> None:
        """No faster than the rate, whatever the stream would take: it has live traffic to carry."""
        started = self.clock()
        packs = list(packs)
        self.stream.put(list(chain.from_iterable(packs_of(pack.header, pack.events) for pack in packs)))
        spent = (self.clock() - started).total_seconds()
        self.sleep(max(sum(map(_events, packs)) / events_per_second - spent, 0))


def _portions(packs: Iterable[Pack], most: int) -> Iterator[list[Pack]]:
    """Packs that have events, with about so many in each portion."""
    portion: list[Pack] = []
    for pack in packs:
        for start in range(0, len(pack.events), most):
            portion.append(replace(pack, events=pack.events[start : start + most]))
            if sum(map(_events, portion)) >= most:
                yield portion
                portion = []
    if portion:
        yield portion


def _part_of(hours: Hours, key: str) -> float:
    """How much of the range lies before the object's hour."""
    return min(max((arrival_hour(key) - hours.start) / (hours.end - hours.start), 0.0), 1.0)


def _events(pack: Pack) -> int:
    return len(pack.events)


def _minute(timestamp: str) -> str:
    return timestamp[:MINUTE]


def _window(minute: str) -> Window:
    return Window(datetime.fromisoformat(minute).replace(tzinfo=UTC))
