"""All eight rules over one scene."""

from collections.abc import Callable, Iterator, Mapping

from shared.incidents.correlation import Correlation, CorrelationType, Finding
from shared.incidents.rules.anomalies import joint_anomalies
from shared.incidents.rules.causal_chain import causal_chains
from shared.incidents.rules.compliance_cascade import cascades
from shared.incidents.rules.cost_impact import cost_impacts
from shared.incidents.rules.pattern_match import matched_patterns
from shared.incidents.rules.performance_degradation import degradations
from shared.incidents.rules.security_incident import attacks
from shared.incidents.rules.temporal import co_occurrences
from shared.incidents.scene import Scene

RULES: Mapping[CorrelationType, Callable[[Scene], Iterator[Finding]]] = {
    CorrelationType.CAUSAL_CHAIN: causal_chains,
    CorrelationType.TEMPORAL: co_occurrences,
    CorrelationType.PATTERN_MATCH: matched_patterns,
    CorrelationType.ANOMALY: joint_anomalies,
    CorrelationType.COST_IMPACT: cost_impacts,
    CorrelationType.SECURITY_INCIDENT: attacks,
    CorrelationType.PERFORMANCE_DEGRADATION: degradations,
    CorrelationType.COMPLIANCE_CASCADE: cascades,
}


def correlate(scene: Scene) -> list[Correlation]:
    """Every finding, the same for the same signals, in whatever order they came in and however often."""
    return [finding.of_type(kind) for kind, rule in RULES.items() for finding in rule(scene)]
