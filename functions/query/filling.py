"""What stands where nothing was seen."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from functions.query.expressions import Floats


def filled(values: Floats, how: str) -> Floats:
    """float64[series, windows].

    >>> seen = np.array([[np.nan, 2.0, np.nan, 4.0, np.nan]])
    >>> filled(seen, "zero").tolist(), filled(seen, "previous").tolist()
    ([[0.0, 2.0, 0.0, 4.0, 0.0]], [[nan, 2.0, 2.0, 4.0, 4.0]])
    >>> filled(seen, "linear").tolist()
    [[nan, 2.0, 3.0, 4.0, nan]]
    """
    return _WAYS[how](values) if values.size else values


def _zero(values: Floats) -> Floats:
    return np.where(np.isnan(values), 0.0, values)


def _previous(values: Floats) -> Floats:
    places = np.where(np.isnan(values), 0, np.arange(values.shape[1]))
    latest = np.maximum.accumulate(places, axis=1)
    return np.take_along_axis(values, latest, axis=1)


def _linear(values: Floats) -> Floats:
    at = np.arange(values.shape[1])
    return np.stack([_line(row, at) for row in values])


def _line(row: Floats, at: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Floats:
    seen = ~np.isnan(row)
    return np.interp(at, at[seen], row[seen], left=np.nan, right=np.nan) if seen.any() else row


_WAYS: Final[Mapping[str, Callable[[Floats], Floats]]] = {
    "null": lambda values: values,
    "zero": _zero,
    "previous": _previous,
    "linear": _linear,
}
