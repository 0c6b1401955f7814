"""Many rollups as columns: the summaries of a few measures, side by side, of every group and window of a range."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec
import numpy as np
from zstandard import ZstdDecompressor

from shared.sketches.batched import decode_rows
from shared.sketches.ordering import Integers
from shared.sketches.summaries import Summaries
from shared.windows.rollups import RollupRange, Values
from shared.windows.table import read_header

_VALUES = msgspec.json.Decoder(Values)


@dataclass(frozen=True, slots=True)
class EncodedRollup:
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
    """Each rollup's table is of one group, so its rows are its measures."""
    groups: dict[bytes, int] = {}
    group, minute, summaries, source, row, measure = [], [], [], [], [], []
    inflate = ZstdDecompressor().decompress
    wanted = dict(zip(measures, range(len(measures)), strict=True))
    for number, rollup in enumerate(rollups):
        if number >= most:
            raise TooManyRollups
        kept, encoded = read_header(rollup.table, inflate)
        summaries.append(encoded)
        group.append(groups.setdefault(rollup.values, len(groups)))
        minute.append(rollup.minute)
        for place, name in enumerate(kept):
            if name in wanted:
                source.append(number)
                row.append(place)
                measure.append(wanted[name])
    sources = np.array(source, np.int64)
    return Columns(
        groups=tuple(map(_VALUES.decode, groups)),
        measures=tuple(measures),
        group=np.array(group, np.int64)[sources],
        minute=np.array(minute, np.int64)[sources],
        measure=np.array(measure, np.int64),
        summaries=decode_rows(summaries, sources, np.array(row, np.int64)),
        rollups=len(group),
    )
