"""What the detector remembers of each series: a row of fixed size, the series of a part side by side."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from shared.errors import RejectedRecordError, TransientError

HOURS: Final = 24
LATEST: Final = 200
VIEWS: Final = 8
BINS: Final = 16
LAYOUT: Final = np.dtype(
    [
        ("seen", np.int32),  # windows folded
        ("first", np.int64),  # the first and the last of them, in minutes since 1970
        ("minute", np.int64),
        ("alerted", np.int64),  # when the last alert was, and its score
        ("alerted_score", np.float64),
        ("last", np.float64),  # value, on the scale where it is judged
        ("life_mean", np.float64),
        ("life_variance", np.float64),
        ("recent_mean", np.float64),
        ("recent_variance", np.float64),
        ("residual_mean", np.float64),
        ("residual_variance", np.float64),
        ("short_level", np.float64),  # mean residual of the latest windows
        ("long_level", np.float64),
        ("unrest", np.float64),  # mean absolute residual, lately and in the series' life
        ("unrest_life", np.float64),
        ("change", np.float64),  # mean absolute change, likewise
        ("change_life", np.float64),
        ("hour_mean", np.float64, (HOURS,)),  # what is usual at each hour of the day
        ("hour_spread", np.float32, (HOURS,)),
        ("hour_seen", np.int32, (HOURS,)),
        ("residuals", np.float32, (LATEST,)),  # the latest, NaN where there is none yet
        ("values", np.float32, (LATEST,)),
        ("counts", np.uint16, (VIEWS, 2, BINS)),  # windows by how far out they were, above and below
    ]
)
VERSION: Final = 3
_HEADER: Final = struct.Struct("<4sHHI")
_MAGIC: Final = b"LAHD"
BYTES_PER_SERIES: Final = LAYOUT.itemsize


@dataclass(frozen=True, slots=True)
class DetectorState:
    """One array per field of `LAYOUT`, all with a row per series; never changed in place by `judge`.

    >>> state = DetectorState.empty(2)
    >>> len(DetectorState.decode(state.encode()).take([1, 0, 0]).grow(4))
    4
    """

    columns: dict[str, NDArray[Any]]

    @classmethod
    def empty(cls, series: int) -> Self:
        """Series of which nothing has been seen."""
        columns = {name: np.zeros((series, *LAYOUT[name].shape), LAYOUT[name].base) for name in _NAMES}
        for name in ("residuals", "values"):
            columns[name][:] = np.nan
        return cls(columns)

    @classmethod
    def concat(cls, states: Sequence["DetectorState"]) -> Self:
        parts: list[DetectorState] = [cls.empty(0), *states]
        return cls({name: np.concatenate([part.columns[name] for part in parts]) for name in _NAMES})

    def __len__(self) -> int:
        return len(self.columns["seen"])

    def take(self, rows: Sequence[int] | NDArray[np.int64]) -> "DetectorState":
        """These series, in this order."""
        wanted = np.asarray(rows, np.int64)
        return DetectorState({name: column[wanted] for name, column in self.columns.items()})

    def grow(self, series: int) -> "DetectorState":
        """These series and then new ones, `series` in all."""
        return DetectorState.concat([self, DetectorState.empty(series - len(self))])

    def encode(self) -> bytes:
        """Header and columns, little-endian, not compressed: the same state is the same bytes."""
        header = _HEADER.pack(_MAGIC, VERSION, BYTES_PER_SERIES, len(self))
        return header + b"".join(np.ascontiguousarray(self.columns[name]).tobytes() for name in _NAMES)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """What `encode` wrote; RejectedRecordError for an older version (learn it again) or anything else.

        TransientError for a newer one: while a release is on its way this code still runs, and what the next has
        learned must outlive it.
        """
        if len(data) < _HEADER.size:
            raise RejectedRecordError("unreadable_state", "a detector's state is cut short")
        magic, version, width, series = _HEADER.unpack_from(data)
        if magic == _MAGIC and version > VERSION:
            raise TransientError(f"a detector's state has version {version}; this release knows {VERSION}")
        if (magic, version, width) != (_MAGIC, VERSION, BYTES_PER_SERIES):
            raise RejectedRecordError("other_version", f"a detector's state has version {version}, not {VERSION}")
        if len(data) != _HEADER.size + series * BYTES_PER_SERIES:
            raise RejectedRecordError("unreadable_state", "a detector's state has another length than it says")
        return cls(_read(data, series))


_NAMES: Final = tuple(LAYOUT.names or ())


def _read(data: bytes, series: int) -> dict[str, NDArray[Any]]:
    columns, place = {}, _HEADER.size
    for name in _NAMES:
        field = LAYOUT[name]
        flat = np.frombuffer(data, field.base, series * int(np.prod(field.shape, dtype=int)), place)
        columns[name] = flat.reshape(series, *field.shape)
        place += flat.nbytes
    return columns
