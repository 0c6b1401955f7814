"""The events of a batch's packs as columns: whose they are, into which item they go, and whether they came too late."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Self

import numpy as np
from numpy.typing import NDArray

from shared.events.measured import MeasuredEvent
from shared.packs.pack import MeasuredPack
from shared.windows.ids import IdColumn, event_ids
from shared.windows.state import ItemKey
from shared.windows.window import Window

STAMP_LENGTH = len("2026-11-22T10:05:12.345678Z")
MINUTE_LENGTH = len("2026-11-22T10:05")
_DIGITS = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15]
_PLACES = 10 ** np.arange(len(_DIGITS) - 1, -1, -1, dtype=np.int64)


@dataclass(frozen=True, eq=False, slots=True)
class Contents:
    """N events; `item` says for each the place of its (minute, partition) in `items`, `pack` which pack it came in."""

    events: list[MeasuredEvent]
    tenants: list[str]
    pack: NDArray[np.int64]
    ids: IdColumn
    items: list[ItemKey]
    item: NDArray[np.int64]
    late: NDArray[np.bool_]

    @classmethod
    def of(cls, packs: Sequence[MeasuredPack]) -> Self:
        """Lateness is what ingestion decided: it follows from the event and its pack's header, never from a clock."""
        events = list(chain.from_iterable(pack.events for pack in packs))
        counts = [len(pack.events) for pack in packs]
        tenants = [pack.header.tenant for pack in packs]
        pack = np.repeat(np.arange(len(packs)), counts)
        stamps = _stamps([event.timestamp for event in events])
        cutoffs = _stamps([pack.header.lateness_cutoff for pack in packs])
        partitions = np.array([pack.header.partition for pack in packs], dtype=np.int64)[pack]
        _, first, item = np.unique(partitions * 10**12 + _minutes(stamps), return_index=True, return_inverse=True)
        return cls(
            events=events,
            tenants=list(chain.from_iterable(map(repeat, tenants, counts))),
            pack=pack,
            ids=event_ids([event.event_id for event in events], tenants, counts),
            items=[(_minute_of(events[row]), int(partitions[row])) for row in first.tolist()],
            item=item,
            late=stamps < cutoffs[pack],
        )

    def rows_in(self, chosen: Callable[[Window], bool]) -> NDArray[np.int64]:
        """The events of the minutes for which it holds."""
        in_chosen = np.array([chosen(minute) for minute, _ in self.items], dtype=np.bool_)
        return np.flatnonzero(in_chosen[self.item])


def _stamps(texts: Sequence[str]) -> NDArray[np.bytes_]:
    """Canonical timestamps sort as text in the order of time."""
    return np.frombuffer("".join(texts).encode(), dtype=f"S{STAMP_LENGTH}")


def _minutes(stamps: NDArray[np.bytes_]) -> NDArray[np.int64]:
    """The digits of date, hour and minute read as one number: distinct for distinct minutes."""
    characters = stamps.view(np.uint8).reshape(-1, STAMP_LENGTH)
    return (characters[:, _DIGITS] - ord("0")).astype(np.int64) @ _PLACES


def _minute_of(event: MeasuredEvent) -> Window:
    return Window.from_key(f"{event.timestamp[:MINUTE_LENGTH]}Z")
