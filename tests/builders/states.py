"""Segments of open windows, valid and empty by default."""

import numpy as np

from shared.windows.ids import EventIds, id_column
from shared.windows.state import Segment
from shared.windows.table import SummaryTable
from shared.windows.window import Window

MINUTE = Window.from_key("2026-11-22T12:00Z")


def ids_of(*numbers: int) -> EventIds:
    return EventIds.of(id_column(np.array([[number, 0] for number in numbers], dtype=">u8").tobytes()))


def segment(
    *,
    minute: Window = MINUTE,
    partition: int = 3,
    number: int = 0,
    version: int = 0,
    ids: EventIds | None = None,
    late_ids: EventIds | None = None,
    encoded_table: bytes | None = None,
) -> Segment:
    return Segment(
        minute=minute,
        partition=partition,
        number=number,
        version=version,
        ids=ids or EventIds.empty(),
        late_ids=late_ids or EventIds.empty(),
        encoded_table=SummaryTable.empty().encode() if encoded_table is None else encoded_table,
    )
