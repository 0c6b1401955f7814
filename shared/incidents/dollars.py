"""What an incident cost beyond the usual, though the same dollars deviate in many series."""

from collections import defaultdict
from collections.abc import Iterable

from shared.incidents.signal import Signal, SignalKind


def additional_dollars(signals: Iterable[Signal]) -> float:
    """The most that series show which share nothing: those of one measure and grouping, in windows of one length.

    The same dollar stands in the series of its model, of its team and of all, by the price table and as reported: to
    add those up would tell of it many times.
    """
    sums: defaultdict[object, float] = defaultdict(float)
    for signal in signals:
        if signal.kind is SignalKind.COST and _is_spent(signal):
            sums[_sharing(signal)] += signal.magnitude or 0.0
    return round(max(0.0, *sums.values()), 6) if sums else 0.0


def _is_spent(signal: Signal) -> bool:
    """And no percentile or mean, such as the cost of one request."""
    return signal.series is None or signal.series.statistic == "sum"


def _sharing(signal: Signal) -> object:
    return signal.series and (signal.series.measure, signal.series.grouping, signal.window)
