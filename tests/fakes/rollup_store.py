"""Rollups in memory, with a hook before each put: to be another writer, or to fail."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import msgspec

from shared.windows.columns import Columns, EncodedRollup, columns_of
from shared.windows.rollups import Rollup, RollupRange, Values, period_of
from shared.windows.table import Key
from shared.windows.window import Window, minutes_since_epoch


class InMemoryRollupStore:
    def __init__(self) -> None:
        self.stored: dict[tuple[Key, Window], Rollup] = {}
        self.before_put: Callable[[Rollup], None] = lambda _rollup: None

    def put(self, rollups: Sequence[Rollup]) -> None:
        for rollup in rollups:
            self.before_put(rollup)
            stored = self.stored.get((rollup.key, rollup.window))
            if stored is None or (not stored.folded and (rollup.folded or stored.version < rollup.version)):
                self.stored[rollup.key, rollup.window] = rollup

    def read(self, wanted: RollupRange, *, after: tuple[Values, Window] | None = None) -> Iterator[Rollup]:
        matching = [rollup for rollup in self.stored.values() if _is_in(rollup, wanted)]
        places = {_place(rollup.values, rollup.window): rollup for rollup in matching}
        least = _place(*after) if after else None
        return iter([places[place] for place in sorted(places) if least is None or place > least])

    def columns(self, wanted: RollupRange, measures: Sequence[str], most: int) -> Columns:
        encoded = (
            EncodedRollup(
                msgspec.json.encode(rollup.values), minutes_since_epoch(rollup.window.start), rollup.table.encode()
            )
            for rollup in self.stored.values()
            if _is_in(rollup, wanted)
        )
        return columns_of(encoded, measures, most)


def _is_in(rollup: Rollup, wanted: RollupRange) -> bool:
    return (
        not rollup.folded
        and rollup.key[:2] == (wanted.tenant, wanted.grouping)
        and rollup.window.resolution is wanted.resolution
        and wanted.start <= rollup.window.start < wanted.end
        and (wanted.values is None or rollup.values == wanted.values)
    )


def _place(values: Values, window: Window) -> tuple[datetime, str, datetime]:
    return period_of(window), msgspec.json.encode(values).decode(), window.start
