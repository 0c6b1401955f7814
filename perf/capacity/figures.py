"""Measured figures and published limits, read once."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np

MEASURED = Path(__file__).with_name("measured.toml")
LIMITS = Path(__file__).with_name("limits.toml")


@dataclass(frozen=True, slots=True)
class Measured:
    """Of perf/capacity/measuring.py, by its names."""

    ingest_us: float
    fold_us: float
    pack_bytes: Sequence[Sequence[float]]
    minute_events: float
    item_write_units: float
    segment_write_units: float
    item_read_units: float
    segment_read_units: float
    largest_item_bytes: float
    largest_segment_bytes: float
    state_bytes: float
    merge_us: float
    row_us: float
    row_bytes: float
    part_bytes_per_row: float

    @classmethod
    def stored(cls) -> Self:
        found: dict[str, Any] = tomllib.loads(MEASURED.read_text())
        return cls(**{each.name: found[each.name] for each in fields(cls)})

    def bytes_of_pack(self, events: float) -> float:
        """Between two measured sizes, in a straight line."""
        sizes, weights = np.array(self.pack_bytes).T
        return float(np.interp(events, sizes, weights))


@cache
def limits() -> Mapping[str, float]:
    return {name: limit["value"] for name, limit in tomllib.loads(LIMITS.read_text()).items()}


def written(figures: Mapping[str, Any]) -> str:
    """As perf/capacity/measured.toml stands."""
    lines = [f"{name} = {round(value, 2) if isinstance(value, float) else value}" for name, value in figures.items()]
    return "# Written by `python -m perf.capacity --measure`.\n\n" + "\n".join(lines) + "\n"
