"""What the rules look at: the recent signals of one tenant and what is known around them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from shared.incidents.patterns import LIBRARY, Pattern
from shared.incidents.signal import Component, Signal, SignalKind

SeriesKey = tuple[SignalKind, Component]


@dataclass(frozen=True, slots=True)
class Scene:
    """One tenant's signals in order of time, each once; the graph of who calls whom; patterns; series of measures.

    `series` holds, for measures that have an anomaly, the values of the last windows (equal length, NaN: nothing seen)
    of what each is about; the causal rule needs them, the others do not. `driver` is the tenant's whole traffic.
    """

    signals: Sequence[Signal]
    callees: Mapping[Component, frozenset[Component]] = field(default_factory=dict)
    patterns: Sequence[Pattern] = LIBRARY
    series: Mapping[SeriesKey, NDArray[np.float64]] = field(default_factory=dict)
    driver: NDArray[np.float64] | None = None

    def only(self, wanted: Callable[[Signal], bool]) -> list[Signal]:
        return [signal for signal in self.signals if wanted(signal)]

    def adjacent(self, one: Component, other: Component) -> bool:
        """Whether one of the two calls the other."""
        return other in self.callees.get(one, ()) or one in self.callees.get(other, ())

    def driver_of(self, *keys: SeriesKey) -> NDArray[np.float64] | None:
        """What moves all series, unless one of these is traffic itself."""
        return None if any(kind is SignalKind.TRAFFIC for kind, _ in keys) else self.driver
