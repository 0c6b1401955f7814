"""Which partition an event belongs to. State is keyed by it, never by a shard, so that resharding moves nothing."""

from collections.abc import Sequence
from zlib import crc32

from shared.events.event import Event

_HASH_SPACE = 2**128


def partition_of(event: Event, partitions: int) -> int:
    """One trace stays in one partition; an event without a trace goes by its own id."""
    return partitions_of([event], partitions)[0]


def partitions_of(events: Sequence[Event], partitions: int) -> list[int]:
    """The partition of each event."""
    return [crc32((event.correlation_id or event.event_id).encode()) % partitions for event in events]


def explicit_hash_key(partition: int, partitions: int) -> str:
    """The start of the partition's equal share of the stream's hash space, so that every shard gets as many.

    >>> explicit_hash_key(1, 2)
    '170141183460469231731687303715884105728'
    """
    return str(partition * _HASH_SPACE // partitions)
