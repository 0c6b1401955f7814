"""Signals from anomalies: what a deviating series is about."""

from collections.abc import Mapping

from shared.anomalies.anomaly import Anomaly, Kind
from shared.incidents.signal import Component, ComponentKind, Signal, SignalKind

SEVERITIES: Mapping[str, float] = {"low": 0.25, "medium": 0.5, "high": 0.75, "critical": 1.0}
DIMENSIONS: Mapping[str, ComponentKind] = {
    "model": ComponentKind.MODEL,
    "team": ComponentKind.TEAM,
    "provider": ComponentKind.PROVIDER,
    "source_module": ComponentKind.MODULE,
}
WORDS: tuple[tuple[str, SignalKind], ...] = (
    ("threat", SignalKind.THREAT),
    ("injection", SignalKind.THREAT),
    ("vulnerab", SignalKind.VULNERABILITY),
    ("auth", SignalKind.ACCESS),
    ("budget", SignalKind.BUDGET),
    ("cost", SignalKind.COST),
    ("usd", SignalKind.COST),
    ("per_second", SignalKind.TRAFFIC),
    ("token", SignalKind.TOKENS),
    ("utilization", SignalKind.SATURATION),
    ("concurren", SignalKind.SATURATION),
    ("queue", SignalKind.SATURATION),
    ("latency", SignalKind.LATENCY),
    ("ttft", SignalKind.LATENCY),
    ("error", SignalKind.ERRORS),
    ("fail", SignalKind.ERRORS),
    ("quality", SignalKind.QUALITY),
    ("accuracy", SignalKind.QUALITY),
    ("satisfaction", SignalKind.QUALITY),
    ("privacy", SignalKind.PRIVACY),
    ("consent", SignalKind.PRIVACY),
    ("complian", SignalKind.COMPLIANCE),
    ("violation", SignalKind.POLICY),
    ("audit", SignalKind.CHANGE),
)
"""The first word that a measure's name contains says what it is about; none: it is traffic."""


def signal_of(anomaly: Anomaly) -> Signal:
    """An anomaly is told at the end of the window in which it began: what happened within the window came before. Its
    trace is the storm that it is part of.
    """
    dimensions = anomaly.series.dimensions
    return Signal(
        id=anomaly.id,
        tenant=anomaly.tenant,
        kind=SignalKind.THREAT if anomaly.kind is Kind.THREAT else kind_of(anomaly.measure),
        at=anomaly.window.end,
        severity=SEVERITIES[anomaly.severity],
        summary=anomaly.explanation,
        components=tuple(
            Component(kind, str(dimensions[name])) for name, kind in DIMENSIONS.items() if dimensions.get(name)
        ),
        is_anomaly=True,
        correlation_id=anomaly.group or anomaly.id,
        magnitude=_excess(anomaly),
        series=anomaly.series,
        window=anomaly.window.end - anomaly.window.start,
    )


def kind_of(measure: str) -> SignalKind:
    """What a measure is about.

    >>> kind_of("reported_cost_usd"), kind_of("output_tokens"), kind_of("requests")
    (<SignalKind.COST: 'cost'>, <SignalKind.TOKENS: 'tokens'>, <SignalKind.TRAFFIC: 'traffic'>)
    """
    return next((kind for word, kind in WORDS if word in measure), SignalKind.TRAFFIC)


def _excess(anomaly: Anomaly) -> float | None:
    """In the measure's unit, where both are known; of a silence all that was expected is missing."""
    observed = 0.0 if anomaly.kind is Kind.SILENCE else anomaly.observed
    return None if observed is None or anomaly.expected is None else observed - anomaly.expected
