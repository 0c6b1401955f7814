"""Segments of open windows, valid and empty by default."""

from dataclasses import replace
from typing import Any

import numpy as np

from shared.windows.ids import EventIds, id_column
from shared.windows.state import Segment, StateStore
from shared.windows.window import Window

MINUTE = Window.from_key("2026-11-22T12:00Z")


def ids_of(*numbers: int) -> EventIds:
    return EventIds.of(id_column(np.array([[number, 0] for number in numbers], dtype=">u8").tobytes()))


def segment(**given: Any) -> Segment:
    """`given` replaces any of the fields."""
    return replace(Segment.unstored(MINUTE, partition=3), **given)


def opened(store: StateStore, partition: int = 3, minute: Window = MINUTE, **given: Any) -> Segment:
    """What a writer would put next, had it read the item just now; `given` is what it holds then."""
    key = (minute, partition)
    return replace(store.open_segment(key, store.segments(*key)), **given)
