"""Grouping sets: from cells, which have every dimension, to the groups whose series are kept; and which bucket of a
closed window a group belongs to.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from heapq import nsmallest
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from shared.measures.measure import CUSTOM_PREFIX
from shared.measures.observations import DIMENSIONS
from shared.windows.table import Key, SummaryTable

Grouping = tuple[str, ...]

TOTAL: Final = "total"
OVERFLOW: Final = "\x00overflow"
"""Stands where the values of a group would: the series of all groups over the limit."""
BUCKETS: Final = 16
MOST_CUSTOM_MEASURES: Final = 100

GROUPINGS: Final[tuple[Grouping, ...]] = (
    (),
    ("model",),
    ("provider",),
    ("source_module",),
    ("environment",),
    ("team",),
    ("team", "model"),
)


def grouping_name(grouping: Grouping) -> str:
    """How a grouping is spelled in keys.

    >>> grouping_name(("team", "model")), grouping_name(())
    ('team+model', 'total')
    """
    return "+".join(grouping) or TOTAL


def group_keys(groupings: Sequence[Grouping] = GROUPINGS) -> Callable[[Key], Iterable[Key]]:
    """From a cell to its group in each grouping: (tenant, name, values...). What a cell does not have is a group of its
    own (None), so the groups of every grouping add up to the total.

    >>> list(group_keys([(), ("team", "model")])(("acme", "gpt", "openai", "gateway", "prod", None)))
    [('acme', 'total'), ('acme', 'team+model', None, 'gpt')]
    """
    places = [(grouping_name(grouping), [DIMENSIONS.index(name) + 1 for name in grouping]) for grouping in groupings]

    def groups(cell: Key) -> Iterable[Key]:
        return [(cell[0], name, *(cell[at] for at in ats)) for name, ats in places]

    return groups


def limited(table: SummaryTable, series_limit: int) -> tuple[SummaryTable, frozenset[Key]]:
    """The table with at most `series_limit` series of a tenant (its totals and overflows not counted), and the groups
    that were folded into the overflow of their grouping.

    Which stay is decided by hash alone, not by order or size, so limiting parts before they are merged, or not, comes
    to the same table in the end.
    """
    of_tenant = defaultdict(list)
    for key in table.keys:
        if not _is_always_kept(key):
            of_tenant[key[0]].append(key)
    folded = frozenset(key for keys in of_tenant.values() for key in _over(keys, series_limit))
    if not folded:
        return table, folded
    return table.rekey(into_overflow(folded)), folded


def into_overflow(folded: frozenset[Key]) -> Callable[[Key], Iterable[Key]]:
    """For rekey: these groups go into the overflow series of their grouping, the others stay."""
    return lambda key: ((key[0], key[1], OVERFLOW) if key in folded else key,)


def with_few_measures(table: SummaryTable, most: int = MOST_CUSTOM_MEASURES) -> SummaryTable:
    """The table with at most so many custom measures in a group, so that a row always fits into an item.

    Which stay is decided by hash, as with series: a measure that stays in a window stays in each of its children too,
    so a coarse window lacks nothing of what it shows.
    """
    names = [name for name in table.measures if name.startswith(CUSTOM_PREFIX)]
    if len(names) <= most:
        return table
    rank = np.full(len(table.measures), -1)
    rank[[table.measures.index(name) for name in sorted(names, key=_hash_of_name)]] = np.arange(len(names))
    ranks = rank[table.row_measure]
    order = np.lexsort((ranks, table.row_key))
    is_custom = ranks[order] >= 0
    before: NDArray[np.int64] = np.cumsum(is_custom) - is_custom
    first = np.searchsorted(table.row_key[order], table.row_key[order])
    nth: NDArray[np.int64] = before - before[first]
    kept = np.zeros(len(table), np.bool_)
    kept[order] = ~is_custom | (nth < most)
    return table.only(kept)


def _hash_of_name(name: str) -> int:
    return _hash((name,))


def bucket_of(key: Key, buckets: int = BUCKETS) -> int:
    """The bucket of a key: buckets are equal ranges of its hash."""
    return _hash(key) * buckets >> 64


def _over(keys: list[Key], series_limit: int) -> Iterable[Key]:
    if len(keys) <= series_limit:
        return ()
    return set(keys).difference(nsmallest(series_limit, keys, key=_hash))


def _is_always_kept(key: Key) -> bool:
    return key[1] == TOTAL or key[2] == OVERFLOW


@lru_cache(maxsize=65536)
def _hash(key: Key) -> int:
    """64 bits that depend on the key's text alone."""
    return int.from_bytes(blake2b(msgspec.json.encode(key), digest_size=8).digest())
