"""What one invocation brings: records as they arrived, and what became of their events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from shared.packs.arrived import ArrivedRecord

Batch = Sequence[ArrivedRecord]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counts of one batch; every event of a readable pack is exactly one of folded, late, duplicate and expired."""

    records: int
    quarantined: int
    folded: int
    late: int
    duplicate: int
    expired: int
    items: int
    lost_puts: int
    duration: timedelta
