"""Many rollups as columns: the summaries of a few measures, side by side, of every group and window of a range."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import local
from typing import Final, Protocol

import msgspec
import numpy as np
from zstandard import ZstdDecompressor

from shared.sketches.batched import decode_rows
from shared.sketches.ordering import Integers
from shared.sketches.summaries import Summaries
from shared.windows.rollups import RollupRange, Values
from shared.windows.table import measures_in, read_header

_VALUES = msgspec.json.Decoder(Values)
_OF_THREAD = local()
_MOST_REMEMBERED: Final = 8192
_MOST_REMEMBERED_BYTES: Final = 2048
"""Of one table: those of a page that is looked at again and again take some 15 MB together, and never 100."""


class EncodedRollup(msgspec.Struct, frozen=True, gc=False):
    """A rollup as it is stored: values (JSON) and table undecoded, and the minute since the epoch when it begins."""

    values: bytes
    minute: int
    table: bytes


@dataclass(frozen=True, eq=False, slots=True)
class Columns:
    """Row i is of the group `groups[group[i]]`, of the window that begins at `minute[i]` and of `measures[measure[i]]`."""

    groups: tuple[Values, ...]
    measures: tuple[str, ...]
    group: Integers
    minute: Integers
    measure: Integers
    summaries: Summaries
    rollups: int
    """How many were read for it."""


class ColumnStore(Protocol):
    """The read side of a store of rollups, for those who want a few measures of many."""

    def columns(self, wanted: RollupRange, measures: Sequence[str], most: int) -> Columns:
        """Of the rollups of a range, tombstones left out, in any order; `TooManyRollups` if there are more than `most`."""
        ...


class TooManyRollups(Exception):
    """More than the reader is willing to read."""


def columns_of(rollups: Iterable[EncodedRollup], measures: Sequence[str], most: int) -> Columns:
    """Each rollup's table is of one group, so its rows are its measures. In order of measure, group and time."""
    groups: dict[bytes, int] = {}
    layouts: dict[bytes, int] = {}
    group, minute, layout, encoded = [], [], [], []
    for number, rollup in enumerate(rollups):
        if number >= most:
            raise TooManyRollups
        kept, summaries = _read(rollup.table)
        encoded.append(summaries)
        group.append(groups.setdefault(rollup.values, len(groups)))
        minute.append(rollup.minute)
        layout.append(layouts.setdefault(kept, len(layouts)))
    values = list(map(_VALUES.decode, groups))
    ordered = sorted(range(len(values)), key=lambda number: value_order(values[number]))
    rank = np.empty(len(values), np.int64)
    rank[ordered] = np.arange(len(values))
    place = _places(list(map(measures_in, layouts)), measures)[np.array(layout, np.int64)]
    groups_of, minutes_of = rank[np.array(group, np.int64)], np.array(minute, np.int64)
    by_group = np.lexsort((minutes_of, groups_of))
    measure, nth = np.nonzero(place[by_group].T >= 0)
    source = by_group[nth]
    return Columns(
        groups=tuple(values[number] for number in ordered),
        measures=tuple(measures),
        group=groups_of[source],
        minute=minutes_of[source],
        measure=measure,
        summaries=decode_rows(encoded, source, place[source, measure]),
        rollups=len(group),
    )


def _read(table: bytes) -> tuple[bytes, bytes]:
    return _remembered(table) if len(table) <= _MOST_REMEMBERED_BYTES else _inflated(table)


def _inflated(table: bytes) -> tuple[bytes, bytes]:
    """No context of zstd is for two threads."""
    if not hasattr(_OF_THREAD, "inflate"):
        _OF_THREAD.inflate = ZstdDecompressor().decompress
    return read_header(table, _OF_THREAD.inflate)


_remembered = lru_cache(_MOST_REMEMBERED)(_inflated)
"""By content, so a revised rollup is another: whoever keeps a page open asks for the same ones every half minute."""


def forget() -> None:
    """As if nothing had been read yet."""
    _remembered.cache_clear()


def _places(layouts: Sequence[tuple[str, ...]], measures: Sequence[str]) -> Integers:
    """int64[layouts, measures]: the row of each measure in tables that have just these, or -1."""
    rows = [[kept.index(name) if name in kept else -1 for name in measures] for kept in layouts]
    return np.array(rows, np.int64).reshape(len(layouts), len(measures))


def value_order(values: Values) -> list[tuple[bool, str]]:
    """None before any text."""
    return [(value is not None, value or "") for value in values]
