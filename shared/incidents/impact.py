"""What an incident touched: components, users, money; and what should be done first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.incidents.correlation import saturating
from shared.incidents.dollars import additional_dollars
from shared.incidents.signal import SECURITY, Component, Signal, SignalKind

USER = "user:"


class ImpactLevel(StrEnum):
    NEGLIGIBLE = "negligible"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Impact:
    """`score` in [0, 1]; its level is its fifth of that range."""

    score: float
    components: tuple[Component, ...]
    users: int
    additional_cost_usd: float
    threats: int
    violations: int

    @property
    def level(self) -> ImpactLevel:
        levels = list(ImpactLevel)
        return levels[min(int(self.score * len(levels)), len(levels) - 1)]


def impact_of(signals: Sequence[Signal]) -> Impact:
    """The gravest signal sets the scale; how wide it spread and how many it touched move it by a fifth each."""
    components = tuple(sorted({component for signal in signals for component in signal.components}))
    users = {indicator for signal in signals for indicator in signal.indicators if indicator.startswith(USER)}
    gravest = max(signal.severity for signal in signals)
    score = 0.6 * gravest + 0.2 * saturating(len(components), 4) + 0.2 * saturating(len(signals), 10)
    return Impact(
        score=round(score, 4),
        components=components,
        users=len(users),
        additional_cost_usd=additional_dollars(signals),
        threats=sum(signal.kind in SECURITY for signal in signals),
        violations=sum(signal.kind in {SignalKind.POLICY, SignalKind.COMPLIANCE} for signal in signals),
    )


RECOMMENDATIONS: Mapping[SignalKind, str] = {
    SignalKind.CHANGE: "Roll the change back, or compare what it changed with the time of the first effect.",
    SignalKind.VULNERABILITY: "Patch the component or take it out of use until it is patched.",
    SignalKind.THREAT: "Block the source, rotate what it could reach, and read its requests in the event list.",
    SignalKind.ACCESS: "Lock the account, or check the permission that was refused.",
    SignalKind.TRAFFIC: "Find the caller whose traffic grew; limit its rate, or raise the quota if it is wanted.",
    SignalKind.TOKENS: "Find the prompts that grew: a longer context, a loop, a missing limit of output tokens.",
    SignalKind.SATURATION: "Add capacity or shed load; look at what queues in front of it.",
    SignalKind.LATENCY: "Look at the slow component's own provider and region; route to another model meanwhile.",
    SignalKind.ERRORS: "Read the errors by type; fall back to another model or provider meanwhile.",
    SignalKind.QUALITY: "Compare prompts and model versions before and after; roll back what changed.",
    SignalKind.PRIVACY: "Stop the use of the data and record the consent that is missing.",
    SignalKind.POLICY: "Ask the owner of the policy; enforce it by blocking if it is meant to hold.",
    SignalKind.COMPLIANCE: "Open the findings of the check and assign each to an owner.",
    SignalKind.COST: "See which model and team spent it; cap the spend or move to a cheaper model.",
    SignalKind.BUDGET: "Raise the budget on purpose, or limit what spends it.",
}
"""What to do first, by the kind of the likeliest cause."""

IF_LESS: Mapping[SignalKind, str] = {
    SignalKind.TRAFFIC: "See whether the callers have stopped, or what reports them: its key, its network, its last release.",
    SignalKind.TOKENS: "Compare prompts and answers with those before: what was cut, refused or answered from a cache?",
}
"""Instead, where all that is known of the kind has become less."""


def recommended(kinds: Iterable[SignalKind], signals: Sequence[Signal]) -> list[str]:
    """What to do first, for the kinds of the likeliest causes in their order."""
    return list(dict.fromkeys(_advice(kind, [signal for signal in signals if signal.kind is kind]) for kind in kinds))


def _advice(kind: SignalKind, signals: Sequence[Signal]) -> str:
    has_lessened = all((signal.magnitude or 0) < 0 for signal in signals)
    return IF_LESS[kind] if has_lessened and kind in IF_LESS else RECOMMENDATIONS[kind]
