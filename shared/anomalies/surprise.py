"""How surprising distances are: the chance of one so far out, by what any series shows and by what this one has shown.

A series counts how often it was how far out, by view and side, in bins an octave wide. Its own counts say little at first
and are trusted more with every window; what has often happened does not surprise, what is further out than ever does.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.anomalies.parameters import Parameters, View
from shared.anomalies.state import BINS, VIEWS
from shared.anomalies.transforms import Floats

Counts = NDArray[np.uint16]
NAMES: Final = (
    "seasonal_deviation",
    "recent_deviation",
    "robust_seasonal",
    "robust_recent",
    "short_level",
    "long_level",
    "unrest",
    "change",
)
"""Of the views, in the order of the state's columns."""
_FIRST_OCTAVE: Final = -2.0
_LEAST: Final = 1e-12
_FULL: Final = np.iinfo(np.uint16).max


def surprise(distances: Floats, counts: Counts, parameters: Parameters) -> Floats:
    """-log10 of the two-sided chance of each distance [S, VIEWS], given the `counts` [S, VIEWS, 2, BINS] before it."""
    views = [_view(parameters, name) for name in NAMES]
    half, tail = np.array([view.half for view in views]), np.array([view.tail for view in views])
    size = np.abs(distances)
    of_any = 1.0 / (1.0 + (size / half) ** tail)
    seen = counts.sum(axis=(2, 3), dtype=np.int64)
    beyond = 2.0 * _beyond(distances, counts)
    of_own = np.minimum((beyond + parameters.unseen * of_any) / (seen + parameters.unseen), 1.0)
    trust = seen**2 / (seen**2 + parameters.trusted_after**2)
    joint: Floats = (trust - 1.0) * np.log10(of_any) - trust * np.log10(of_own)
    return joint


def counted(distances: Floats, counts: Counts) -> Counts:
    """The counts with these distances; those of a view whose bin is full are halved first."""
    octave, _ = _octave(distances)
    rows, views = np.ogrid[: len(distances), :VIEWS]
    place = (rows, views, _side(distances), octave)
    after = counts.copy()
    full = after[place] == _FULL
    after[full] //= 2
    after[place] += 1
    return after


def _view(parameters: Parameters, name: str) -> View:
    view: View = getattr(parameters, name)
    return view


def _beyond(distances: Floats, counts: Counts) -> Floats:
    """How many of the series' windows were further out on the same side; those of the same bin in part."""
    octave, share = _octave(distances)
    rows, views = np.ogrid[: len(distances), :VIEWS]
    side = counts[rows, views, _side(distances)]
    further = np.where(np.arange(BINS) > octave[..., None], side, 0).sum(axis=2)
    beyond: Floats = further + (1.0 - share) * side[rows, views, octave]
    return beyond


def _side(distances: Floats) -> NDArray[np.int64]:
    return (distances < 0.0).astype(np.int64)


def _octave(distances: Floats) -> tuple[NDArray[np.int64], Floats]:
    """The bin of each distance, and how far into it."""
    place = np.clip(np.log2(np.maximum(np.abs(distances), _LEAST)) - _FIRST_OCTAVE, 0.0, BINS - 1e-6)
    octave = place.astype(np.int64)
    return octave, place - octave
