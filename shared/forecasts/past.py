"""The hours of a group that are over for good, kept together, so that an hour's work does not read months of rollups."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from shared.forecasts.forecasted import FORECASTED, HOUR, with_zeros
from shared.windows.rollups import Values

SETTLED_AFTER: Final = timedelta(days=2)
"""What is older is revised no more, but for packs that were redriven; those are seen when the past is read anew."""
READ_ANEW_AFTER: Final = timedelta(days=7)
_KEPT: Final = np.dtype("<f4")

Floats = NDArray[np.float64]


class Group(Struct, frozen=True):
    tenant: str
    grouping: str
    values: Values


class Past(Struct, frozen=True):
    """`series`: by measure the hours of [start, until) as float32, NaN where nothing was seen; `read_at`: all of them last."""

    group: Group
    start: datetime
    until: datetime
    read_at: datetime
    series: dict[str, bytes]

    @classmethod
    def of(
        cls, group: Group, hours: Mapping[str, Floats], *, start: datetime, until: datetime, read_at: datetime
    ) -> "Past":
        """Of hours from `start` on, as many as are wanted."""
        count = int((until - start) / HOUR)
        kept = {name: values[:count].astype(_KEPT).tobytes() for name, values in hours.items()}
        return cls(group, start, until, read_at, kept)

    def is_good(self, start: datetime, now: datetime) -> bool:
        return self.start <= start <= self.until and now - self.read_at < READ_ANEW_AFTER

    def hours(self, start: datetime) -> dict[str, Floats]:
        """From a later start on."""
        skipped = int((start - self.start) / HOUR)
        return {name: np.frombuffer(kept, _KEPT)[skipped:].astype(float) for name, kept in self.series.items()}


def settled_until(origin: datetime) -> datetime:
    """The midnight before which hours are settled."""
    return (origin - SETTLED_AFTER).replace(hour=0)


def joined(before: Mapping[str, Floats], after: Mapping[str, Floats], lengths: tuple[int, int]) -> dict[str, Floats]:
    """The hours of both, one behind the other: float64[sum of lengths] by measure, an hour without counts read as 0."""
    none = [np.full(length, np.nan) for length in lengths]
    whole = {
        name: np.concatenate([before.get(name, none[0]), after.get(name, none[1])])
        for name in dict.fromkeys((*before, *after))
    }
    return {name: values if FORECASTED[name].is_p95 else with_zeros(values) for name, values in whole.items()}
