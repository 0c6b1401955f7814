"""Correlations: signals that belong together, by which rule, how strongly, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

from shared.incidents.signal import Signal


class CorrelationType(StrEnum):
    CAUSAL_CHAIN = "causal_chain"
    TEMPORAL = "temporal"
    PATTERN_MATCH = "pattern_match"
    ANOMALY = "anomaly"
    COST_IMPACT = "cost_impact"
    SECURITY_INCIDENT = "security_incident"
    PERFORMANCE_DEGRADATION = "performance_degradation"
    COMPLIANCE_CASCADE = "compliance_cascade"


STRENGTHS: Mapping[CorrelationType, tuple[float, float]] = {
    CorrelationType.CAUSAL_CHAIN: (0.8, 1.0),
    CorrelationType.TEMPORAL: (0.6, 0.9),
    CorrelationType.PATTERN_MATCH: (0.7, 0.9),
    CorrelationType.ANOMALY: (0.7, 0.95),
    CorrelationType.COST_IMPACT: (0.6, 0.85),
    CorrelationType.SECURITY_INCIDENT: (0.75, 0.95),
    CorrelationType.PERFORMANCE_DEGRADATION: (0.7, 0.9),
    CorrelationType.COMPLIANCE_CASCADE: (0.8, 0.95),
}
"""The range of strength of each type: a rule says where in it a finding lies."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """Two or more signals of one tenant in order; strength and confidence in [0, 1].

    The id is made from the type and the first signal, so that a finding that grows remains the same.
    """

    id: str
    type: CorrelationType
    signals: tuple[Signal, ...]
    strength: float
    confidence: float
    reason: str
    evidence: Mapping[str, str | float]

    @property
    def start(self) -> datetime:
        return self.signals[0].at

    @property
    def end(self) -> datetime:
        return self.signals[-1].at


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of signals that belong together; `weight` in [0, 1] places its strength in its type's range."""

    signals: Sequence[Signal]
    weight: float
    confidence: float
    reason: str
    evidence: Mapping[str, str | float]

    def of_type(self, kind: CorrelationType) -> Correlation:
        low, high = STRENGTHS[kind]
        first = self.signals[0]
        return Correlation(
            id=blake2b(f"{kind}\0{first.tenant}\0{first.id}".encode(), digest_size=16).hexdigest(),
            type=kind,
            signals=tuple(self.signals),
            strength=round(low + (high - low) * _within_one(self.weight), 4),
            confidence=round(_within_one(self.confidence), 4),
            reason=self.reason,
            evidence=self.evidence,
        )


def _within_one(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def saturating(count: int, half_at: int) -> float:
    """From 0 towards 1 as a count grows; one half at `half_at`."""
    return count / (count + half_at)
