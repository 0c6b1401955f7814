"""Injected incidents: what each of the eight types looks like in a stream of events and anomalies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from perf.workloads.catalog import Team
from shared.incidents.correlation import CorrelationType
from shared.incidents.signal import Component, ComponentKind, Signal, SignalKind

TENANT = "acme"


@dataclass(frozen=True, slots=True)
class Story:
    """What was injected: its type, the types it may also be seen as, its signals, and what caused it."""

    type: CorrelationType
    also: frozenset[CorrelationType]
    signals: tuple[Signal, ...]
    cause: tuple[SignalKind, str]


class Stage:
    """Makes signals at given seconds after a start, with ids and values drawn from one seed."""

    def __init__(self, random: Random, start: datetime, team: Team) -> None:
        self.random = random
        self.start = start
        self.team = team
        self.model = random.choice(team.models)
        self.trace = self.identifier()
        self.user = f"user-{random.randrange(10_000)}"
        self.of_model = Component(ComponentKind.MODEL, self.model.model_id)
        self.of_team = Component(ComponentKind.TEAM, self.team.name)
        self.of_provider = Component(ComponentKind.PROVIDER, self.model.provider)

    def identifier(self) -> str:
        return f"{self.random.getrandbits(128):032x}"

    def at(self, seconds: float) -> datetime:
        return self.start + timedelta(seconds=seconds)

    def signal(self, kind: SignalKind, seconds: float, severity: float, *components: Component) -> Signal:
        about = components[0] if components else "somebody"
        summary = f"{kind} of {about}"
        return Signal(self.identifier(), TENANT, kind, self.at(seconds), severity, summary, components)

    def anomaly(self, kind: SignalKind, window: int, severity: float, *components: Component) -> Signal:
        """Unusual in a five-minute window: told at its end."""
        end = self.start + timedelta(minutes=5 * (window + 1))
        return replace(
            self.signal(kind, 0, severity, *components), at=end, is_anomaly=True, window=timedelta(minutes=5)
        )


def causal_chain(stage: Stage) -> Story:
    """A tool fails; its caller and that one's caller fail in turn, each naming its parent."""
    tool = Component(ComponentKind.TOOL, stage.random.choice(("web-search", "sql", "browser")))
    about = [tool, stage.of_model, stage.of_team]
    signals: list[Signal] = []
    for place, component in enumerate(about):
        told = stage.signal(SignalKind.ERRORS, place * stage.random.uniform(1, 15), 0.75 - 0.1 * place, component)
        parent = signals[-1].id if signals else None
        signals.append(
            replace(told, correlation_id=stage.trace, parent_id=parent, step=("error", "failed", "gave_up")[place])
        )
    return _story(CorrelationType.CAUSAL_CHAIN, signals, (SignalKind.ERRORS, str(tool)))


def temporal(stage: Stage) -> Story:
    """A pool saturates, again and again, and each time the answers of a model it does not serve get worse."""
    pool = Component(ComponentKind.SERVICE, f"gpu-pool-{stage.random.randrange(9)}")
    signals = []
    for minute in stage.random.sample(range(45), 6):
        signals.append(stage.signal(SignalKind.SATURATION, 60 * minute, 0.5, pool))
        later = 60 * minute + stage.random.uniform(1, 40)
        signals.append(stage.signal(SignalKind.QUALITY, later, 0.25, Component(ComponentKind.MODEL, "ranker")))
    return _story(CorrelationType.TEMPORAL, signals, (SignalKind.SATURATION, str(pool)))


def pattern_match(stage: Stage) -> Story:
    """An error is retried until the breaker opens."""
    signals = [
        replace(stage.signal(SignalKind.ERRORS, 20 * place, 0.5 + 0.1 * place, stage.of_model), step=step)
        for place, step in enumerate(("error", "retry", "timeout", "breaker_open"))
    ]
    return _story(CorrelationType.PATTERN_MATCH, signals, (SignalKind.ERRORS, str(stage.of_model)))


def joint_anomaly(stage: Stage) -> Story:
    """Prompts grow: tokens first, then latency, then quality of one team."""
    kinds = (SignalKind.TOKENS, SignalKind.LATENCY, SignalKind.QUALITY)
    signals = [stage.anomaly(kind, window, 0.75, stage.of_team) for window, kind in enumerate(kinds)]
    return _story(CorrelationType.ANOMALY, signals, (SignalKind.TOKENS, str(stage.of_team)))


def cost_impact(stage: Stage) -> Story:
    """A loop sends ever more tokens to a model, and the bill follows."""
    tokens = stage.anomaly(SignalKind.TOKENS, 0, 0.75, stage.of_model, stage.of_team)
    cost = replace(stage.anomaly(SignalKind.COST, 0, 0.75, stage.of_model, stage.of_team), magnitude=120.0)
    later = replace(stage.anomaly(SignalKind.COST, 1, 1.0, stage.of_model, stage.of_team), magnitude=260.0)
    cause = (SignalKind.TOKENS, str(stage.of_model))
    return _story(CorrelationType.COST_IMPACT, [tokens, cost, later], cause, CorrelationType.ANOMALY)


def security_incident(stage: Stage) -> Story:
    """One user tries prompt injections from several addresses, is refused access and breaks a policy."""
    who = f"user:{stage.user}"
    signals = []
    for place in range(stage.random.randrange(5, 12)):
        told = stage.signal(SignalKind.THREAT, 40 * place, stage.random.choice((0.5, 0.75)), stage.of_model)
        address = f"ip:198.51.100.{stage.random.randrange(4)}"
        signals.append(replace(told, indicators=(who, address), step="prompt_injection"))
    refused = stage.signal(SignalKind.ACCESS, 95, 0.25)
    broken = stage.signal(SignalKind.POLICY, 130, 0.75)
    signals += [replace(refused, indicators=(who,)), replace(broken, indicators=(who,), subject="pol-injection")]
    return _story(CorrelationType.SECURITY_INCIDENT, signals, (SignalKind.THREAT, who))


def performance_degradation(stage: Stage) -> Story:
    """A provider slows down, then the model it serves, then the team that uses it."""
    about = (stage.of_provider, stage.of_model, stage.of_team)
    signals = [
        stage.anomaly(SignalKind.LATENCY, place // 2, 0.9 - 0.15 * place, one) for place, one in enumerate(about)
    ]
    cause = (SignalKind.LATENCY, str(stage.of_provider))
    return _story(CorrelationType.PERFORMANCE_DEGRADATION, signals, cause, CorrelationType.ANOMALY)


def compliance_cascade(stage: Stage) -> Story:
    """A policy is broken; personal data are then used without consent, and two checks of the same trace fail."""
    who = (f"user:{stage.user}",)
    steps = (
        (SignalKind.POLICY, "pol-pii-01", 0.75),
        (SignalKind.PRIVACY, "privacy of email", 0.5),
        (SignalKind.COMPLIANCE, "GDPR", 0.5),
        (SignalKind.COMPLIANCE, "SOC2", 0.5),
    )
    signals = [
        replace(stage.signal(kind, 200 * place, severity), subject=subject, indicators=who, correlation_id=stage.trace)
        for place, (kind, subject, severity) in enumerate(steps)
    ]
    return _story(CorrelationType.COMPLIANCE_CASCADE, signals, (SignalKind.POLICY, who[0]))


def _story(
    kind: CorrelationType, signals: list[Signal], cause: tuple[SignalKind, str], *also: CorrelationType
) -> Story:
    return Story(kind, frozenset({kind, CorrelationType.TEMPORAL, *also}), tuple(signals), cause)


STORIES: Mapping[CorrelationType, Callable[[Stage], Story]] = {
    CorrelationType.CAUSAL_CHAIN: causal_chain,
    CorrelationType.TEMPORAL: temporal,
    CorrelationType.PATTERN_MATCH: pattern_match,
    CorrelationType.ANOMALY: joint_anomaly,
    CorrelationType.COST_IMPACT: cost_impact,
    CorrelationType.SECURITY_INCIDENT: security_incident,
    CorrelationType.PERFORMANCE_DEGRADATION: performance_degradation,
    CorrelationType.COMPLIANCE_CASCADE: compliance_cascade,
}
