"""A table of summaries: what a state item, a part of a closed window and a rollup hold."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, starmap
from typing import Final

import msgspec
import numpy as np
from backports import zstd
from numpy.typing import NDArray

from shared.errors import TransientError
from shared.sketches import encoding
from shared.sketches.ordering import Integers
from shared.sketches.summaries import Coded, Summaries, Summary

Key = tuple[str | None, ...]
Index = NDArray[np.int32]

EVENTS: Final = "events"
"""The measure that is 1 for each event: its count is how many events a key has seen."""

_VERSION: Final = b"\x01"
_LEVEL: Final = 1
_QUICK_LEVEL: Final = -1
_SMALL_BYTES: Final = 1000
"""Of a table of few rows. Charts read those by the thousand, and most of that time goes into codes that save a sixth of the
bytes and no unit of DynamoDB: the quick level has none.
"""


class _Header(msgspec.Struct, array_like=True, frozen=True):
    keys: tuple[Key, ...]
    measures: tuple[str, ...]
    rows: bytes
    """A bit for each (measure, key) that has a row."""
    summaries: bytes


class _UnreadHeader(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Only where its parts begin and end: of thousands of tables most have the measures of the one before."""

    keys: msgspec.Raw
    measures: msgspec.Raw
    rows: msgspec.Raw
    summaries: bytes


_UNREAD_HEADERS: Final = msgspec.msgpack.Decoder(_UnreadHeader)
_MEASURES: Final = msgspec.msgpack.Decoder(tuple[str, ...])


@dataclass(frozen=True, eq=False, slots=True)
class SummaryTable:
    """(key, measure) -> summary, for those that were observed.

    Keys and measures are sorted (None before any text), distinct and all in use; rows are sorted by measure, then key:
    like stands next to like, which compresses well. So equal content is equal columns and equal bytes, however it came
    about. Merging is associative and commutative, exact, and has the empty table as its identity.
    """

    keys: tuple[Key, ...]
    measures: tuple[str, ...]
    row_key: Index
    row_measure: Index
    summaries: Summaries

    @classmethod
    def empty(cls) -> "SummaryTable":
        none = np.empty(0, np.int32)
        return cls((), (), none, none, Summaries.empty())

    @classmethod
    def merge(cls, tables: Sequence["SummaryTable"]) -> "SummaryTable":
        """The sum of the tables."""
        tables = [table for table in tables if len(table)]
        if len(tables) <= 1:
            return tables[0] if tables else cls.empty()
        keys = _union([table.keys for table in tables])
        measures = sorted(set().union(*(table.measures for table in tables)))
        return table_of_codes(keys, measures, Summaries.merge([_coded(table, keys, measures) for table in tables]))

    def rekey(self, to: Callable[[Key], Iterable[Key]]) -> "SummaryTable":
        """Each key's rows under every key that `to` gives for it, merged where these meet."""
        targets = [tuple(to(key)) for key in self.keys]
        keys = sorted_keys(set(chain.from_iterable(targets)))
        number = {key: index for index, key in enumerate(keys)}
        fan_out = np.array([len(target) for target in targets], np.int64)
        numbers = np.array([number[key] for key in chain.from_iterable(targets)], np.int64)
        return self._spread(keys, fan_out, numbers)

    def _spread(self, keys: Sequence[Key], fan_out: Integers, numbers: Integers) -> "SummaryTable":
        """The rows of key i go to `fan_out[i]` of the new keys, whose numbers stand in `numbers` one key after another."""
        copies = fan_out[self.row_key]
        rows = np.repeat(np.arange(len(self)), copies)
        first = (np.cumsum(fan_out) - fan_out)[self.row_key]
        nth = np.arange(len(rows)) - np.repeat(np.cumsum(copies) - copies, copies)
        codes = self.row_measure[rows] * len(keys) + numbers[np.repeat(first, copies) + nth]
        return table_of_codes(keys, self.measures, Summaries.merge([(codes, self.summaries.take(rows))]))

    def select(self, keep: Callable[[Key], bool]) -> "SummaryTable":
        """The rows of the keys to keep."""
        kept = np.array([keep(key) for key in self.keys], np.bool_)
        return self.only(kept[self.row_key]) if len(self) else self

    def split(self, bucket: Callable[[Key], int]) -> dict[int, "SummaryTable"]:
        """One table for each bucket that has a key; their merge is this table."""
        buckets = np.array([bucket(key) for key in self.keys], np.int64)
        return {int(number): self.only((buckets == number)[self.row_key]) for number in np.unique(buckets)}

    def per_key(self) -> Iterator[tuple[Key, "SummaryTable"]]:
        """A table for each key, in order."""
        order = np.argsort(self.row_key, kind="stable")
        summaries, row_measure = self.summaries.take(order), self.row_measure[order]
        edges = np.searchsorted(self.row_key[order], np.arange(len(self.keys) + 1)).tolist()
        for key, rows in zip(self.keys, starmap(slice, pairwise(edges)), strict=True):
            measures = tuple(self.measures[number] for number in row_measure[rows].tolist())
            one_each = np.arange(len(measures), dtype=np.int32)
            yield key, SummaryTable((key,), measures, np.zeros_like(one_each), one_each, summaries.take(rows))

    def get(self, key: Key, measure: str) -> Summary | None:
        row = self._row(key, measure)
        return None if row is None else self.summaries[row]

    def events(self, key: Key) -> int:
        """How many events the key has seen."""
        row = self._row(key, EVENTS)
        return 0 if row is None else int(self.summaries.count[row])

    def total_events(self) -> int:
        """How many events all keys have seen; an event that stands under several keys counts under each."""
        if EVENTS not in self.measures:
            return 0
        return int(self.summaries.count[self.row_measure == self.measures.index(EVENTS)].sum())

    def encode(self) -> bytes:
        """A version byte, then zstd."""
        present = np.zeros((len(self.measures), len(self.keys)), np.bool_)
        present[self.row_measure, self.row_key] = True
        header = _Header(
            self.keys,
            self.measures,
            np.packbits(present).tobytes(),
            encoding.encode(self.summaries),
        )
        content = msgspec.msgpack.encode(header)
        return _VERSION + zstd.compress(content, _QUICK_LEVEL if len(content) <= _SMALL_BYTES else _LEVEL)

    @classmethod
    def decode(cls, data: bytes) -> "SummaryTable":
        _check_version(data)
        header = msgspec.msgpack.decode(zstd.decompress(data[1:]), type=_Header)
        shape = (len(header.measures), len(header.keys))
        bits = np.unpackbits(np.frombuffer(header.rows, np.uint8), count=shape[0] * shape[1])
        row_measure, row_key = (index.astype(np.int32) for index in np.nonzero(bits.reshape(shape)))
        return cls(header.keys, header.measures, row_key, row_measure, encoding.decode(header.summaries))

    def _row(self, key: Key, measure: str) -> int | None:
        number = bisect_left(self.keys, _rank(key), key=_rank)
        if self.keys[number : number + 1] != (key,) or measure not in self.measures:
            return None
        at = self.measures.index(measure)
        first, end = self.row_measure.searchsorted((at, at + 1)).tolist()
        row = first + int(self.row_key[first:end].searchsorted(number))
        return row if row < end and self.row_key[row] == number else None

    def only(self, rows: NDArray[np.bool_] | slice) -> "SummaryTable":
        """These of its rows."""
        return _in_use(self.keys, self.measures, self.row_key[rows], self.row_measure[rows], self.summaries.take(rows))

    def __len__(self) -> int:
        return len(self.row_key)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SummaryTable):
            return NotImplemented
        return (
            self.keys == other.keys
            and self.measures == other.measures
            and np.array_equal(self.row_key, other.row_key)
            and np.array_equal(self.row_measure, other.row_measure)
            and self.summaries == other.summaries
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"SummaryTable({len(self.keys)} keys, {len(self.measures)} measures, {self.total_events()} events)"


def read_header(data: bytes, inflate: Callable[[bytes], bytes]) -> tuple[bytes, bytes]:
    """Of an encoded table of one key: its measures and its summaries, undecoded; `inflate` is of one zstd context, which
    is what most of the time of a small table would go into.
    """
    _check_version(data)
    header = _UNREAD_HEADERS.decode(inflate(data[1:]))
    return bytes(header.measures), header.summaries


def measures_in(header: bytes) -> tuple[str, ...]:
    """The measures that `read_header` told, in the order of a table's rows."""
    return _MEASURES.decode(header)


def _check_version(data: bytes) -> None:
    """A newer version is of a release that is on its way: whoever asks again later may be of it."""
    if data.startswith(_VERSION):
        return
    if data[:1] > _VERSION:
        raise TransientError(f"a table of version {data[:1].hex()} is of a newer release")
    raise ValueError(f"a table of version {data[:1].hex()} is not known here")


def sorted_keys(keys: Iterable[Key]) -> list[Key]:
    """Keys in order; None before any text.

    >>> sorted_keys([("a", "b"), ("a", None)])
    [('a', None), ('a', 'b')]
    """
    return sorted(keys, key=_rank)


def _union(parts: Sequence[Sequence[Key]]) -> Sequence[Key]:
    """All keys in order; no sorting when one part has them all, as when a batch goes into a state that knows its keys."""
    keys = set().union(*parts)
    largest = max(parts, key=len)
    return largest if len(largest) == len(keys) else sorted_keys(keys)


def _rank(key: Key) -> list[tuple[bool, str | None]]:
    return [(part is not None, part) for part in key]


def counted_once(keys: Iterable[Key]) -> SummaryTable:
    """A table that says no more than which keys there are: each has seen one event."""
    in_order = sorted_keys(keys)
    codes = np.arange(len(in_order))
    return table_of_codes(in_order, (EVENTS,), Summaries.of(codes, np.ones(len(in_order), np.int64)))


def table_of_codes(keys: Sequence[Key], measures: Sequence[str], coded: Coded) -> SummaryTable:
    """The table of summaries whose codes are measure * len(keys) + key."""
    codes, summaries = coded
    row_measure, row_key = np.divmod(codes, max(len(keys), 1))
    return _in_use(keys, measures, row_key.astype(np.int32), row_measure.astype(np.int32), summaries)


def _in_use(
    keys: Sequence[Key], measures: Sequence[str], row_key: Index, row_measure: Index, summaries: Summaries
) -> SummaryTable:
    """The table with the keys and measures that have rows, and no other."""
    used_keys, used_measures = (np.flatnonzero(np.bincount(index)) for index in (row_key, row_measure))
    new_key, new_measure = np.zeros(len(keys), np.int32), np.zeros(len(measures), np.int32)
    new_key[used_keys] = np.arange(len(used_keys))
    new_measure[used_measures] = np.arange(len(used_measures))
    return SummaryTable(
        tuple(keys[number] for number in used_keys.tolist()),
        tuple(measures[number] for number in used_measures.tolist()),
        new_key[row_key],
        new_measure[row_measure],
        summaries,
    )


def _coded(table: SummaryTable, keys: Sequence[Key], measures: Sequence[str]) -> Coded:
    """A table's summaries, coded by the numbers of its keys and measures among these."""
    key_number = {key: number for number, key in enumerate(keys)}
    new_key = np.array([key_number[key] for key in table.keys], np.int64)
    new_measure = np.array([measures.index(measure) for measure in table.measures], np.int64)
    return new_measure[table.row_measure] * len(keys) + new_key[table.row_key], table.summaries
