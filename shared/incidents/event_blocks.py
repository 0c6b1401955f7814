"""How the index keeps what a batch showed: events of ten seconds together, and beside them the names to find one by.

Stores bill by the write and by the KB. One item for each event and each way to find it is three writes of a KB; together,
compressed, an event takes a tenth of a KB and its names 24 bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import groupby
from typing import Final

import msgspec
from backports import zstd

from shared.incidents.event_index import MOST_BODY_BYTES, IndexedEvent, place_of
from shared.windows.window import EPOCH

SLOT: Final = timedelta(seconds=10)
PREFIX_BITS: Final = (0, 4, 6, 8)
"""Of a name, by which the runs of a batch are divided: into 1, 16, 64 or 256."""
_MOST_NAMES: Final = (16, 1_200, 9_600)
"""A run is billed in whole KB, and 75 names fill one: 64 runs of two KB are half of what 256 runs cost, each a KB barely begun."""
_NAME_BYTES: Final = 8
_SLOT_BYTES: Final = 4
_ENTRY_BYTES: Final = _NAME_BYTES + _SLOT_BYTES


@dataclass(frozen=True, slots=True)
class Block:
    """Events of one slot of a tenant in order, as far as one batch showed them; `part` counts the blocks of the slot."""

    tenant: str
    slot: int
    part: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Run:
    """Names of a tenant's events of one day that begin with `prefix`, each with the slot in which its block stands."""

    tenant: str
    day: datetime
    prefix: str
    data: bytes


def blocks_of(events: Iterable[IndexedEvent]) -> Iterator[Block]:
    ordered = sorted({(each.tenant, place_of(each)): each for each in events}.items())
    for (tenant, slot), some in groupby((each for _, each in ordered), lambda each: (each.tenant, slot_of(each.at))):
        for part, chunk in enumerate(_chunks(some)):
            yield Block(tenant, slot, part, packed(chunk))


def runs_of(events: Iterable[IndexedEvent]) -> Iterator[Run]:
    """The more names, the more runs: who looks for one name reads only those of its prefix."""
    of_tenants: dict[str, set[tuple[bytes, int]]] = {}
    for event in events:
        named = of_tenants.setdefault(event.tenant, set())
        named.update((name, slot_of(event.at)) for name in _names(event))
    for tenant, named in of_tenants.items():
        bits = PREFIX_BITS[sum(len(named) > most for most in _MOST_NAMES)]
        runs: dict[tuple[datetime, str], list[bytes]] = {}
        for name, slot in sorted(named):
            entry = name + slot.to_bytes(_SLOT_BYTES, "big")
            runs.setdefault((day_of(time_of(slot)), prefix_of(name, bits)), []).append(entry)
        for (day, prefix), entries in runs.items():
            yield Run(tenant, day, prefix, b"".join(entries))


def slots_in(data: bytes, name: bytes) -> Iterator[int]:
    """The slots that a run gives for a name.

    >>> list(slots_in(b"someones" + bytes([0, 0, 0, 7]) + b"anothers" + bytes(4), b"someones"))
    [7]
    """
    at = data.find(name)
    while at >= 0:
        if at % _ENTRY_BYTES == 0:
            yield int.from_bytes(data[at + _NAME_BYTES : at + _ENTRY_BYTES], "big")
        at = data.find(name, at + 1)


def prefix_of(name: bytes, bits: int) -> str:
    """Of the run that holds the name.

    >>> prefix_of(bytes([0b1010_0111]) + bytes(7), 6)
    '6.29'
    """
    return f"{bits}.{name[0] >> (8 - bits):x}"


def name_of_event(event_id: str) -> bytes:
    return _name(f"event#{event_id}")


def name_of_trace(correlation_id: str) -> bytes:
    return _name(f"trace#{correlation_id}")


def slot_of(at: datetime) -> int:
    return (at - EPOCH) // SLOT


def time_of(slot: int) -> datetime:
    """Its start."""
    return EPOCH + slot * SLOT


def day_of(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def packed(events: Sequence[IndexedEvent]) -> bytes:
    return zstd.compress(msgspec.msgpack.encode(events))


def unpacked(data: bytes) -> list[IndexedEvent]:
    return _DECODER.decode(zstd.decompress(data))


_DECODER: Final = msgspec.msgpack.Decoder(list[IndexedEvent])


def _names(event: IndexedEvent) -> Iterator[bytes]:
    yield name_of_event(event.event_id)
    if event.correlation_id:
        yield name_of_trace(event.correlation_id)


def _name(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=_NAME_BYTES).digest()


def _chunks(events: Iterable[IndexedEvent]) -> Iterator[Sequence[IndexedEvent]]:
    chunk: list[IndexedEvent] = []
    size = 0
    for event in events:
        if chunk and size + len(event.body) > MOST_BODY_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(event)
        size += len(event.body)
    yield chunk
