"""Signals: what is notable enough to be correlated, whether an event said it or a window did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.anomalies.anomaly import Series


class SignalKind(StrEnum):
    """What a signal is about. The order is the order of cause: what is named earlier brings about what is later."""

    CHANGE = "change"
    """Somebody changed something: a deployment, a prompt template, a policy, a role."""
    VULNERABILITY = "vulnerability"
    THREAT = "threat"
    ACCESS = "access"
    """A login or an access that was refused."""
    TRAFFIC = "traffic"
    TOKENS = "tokens"
    SATURATION = "saturation"
    LATENCY = "latency"
    ERRORS = "errors"
    QUALITY = "quality"
    PRIVACY = "privacy"
    POLICY = "policy"
    COMPLIANCE = "compliance"
    COST = "cost"
    BUDGET = "budget"


SECURITY = frozenset({SignalKind.VULNERABILITY, SignalKind.THREAT, SignalKind.ACCESS, SignalKind.PRIVACY})
PERFORMANCE = frozenset({SignalKind.SATURATION, SignalKind.LATENCY, SignalKind.ERRORS})
LOAD = frozenset({SignalKind.TRAFFIC, SignalKind.TOKENS})
MONEY = frozenset({SignalKind.COST, SignalKind.BUDGET})
RULES = frozenset({SignalKind.POLICY, SignalKind.COMPLIANCE})


RANKS: Mapping[SignalKind, float] = {kind: 1 - place / (len(SignalKind) - 1) for place, kind in enumerate(SignalKind)}
"""From 1 for what is mostly a cause to 0 for what is mostly an effect."""


class ComponentKind(StrEnum):
    MODULE = "module"
    SERVICE = "service"
    MODEL = "model"
    PROVIDER = "provider"
    TOOL = "tool"
    TEAM = "team"


@dataclass(frozen=True, slots=True, order=True)
class Component:
    """Something that can be at fault: a node of the graph."""

    kind: ComponentKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Signal:
    """One notable fact of a tenant.

    `id` is the event's or the anomaly's. `components` are what it is about, the most specific first; `indicators` are
    what an attack would share ("user:ann", "ip:203.0.113.9", "key:.."). `step` is its word in a sequence of events
    ("error", "retry", "timeout", ..); `magnitude` its size in its own unit (dollars for cost, seconds for latency).
    """

    id: str
    tenant: str
    kind: SignalKind
    at: datetime
    severity: float
    """In [0, 1]: .25 warning, .5 error, .75 high, 1 critical; an anomaly's from its own severity."""
    summary: str
    components: tuple[Component, ...] = ()
    indicators: tuple[str, ...] = ()
    is_anomaly: bool = False
    correlation_id: str | None = None
    parent_id: str | None = None
    step: str | None = None
    magnitude: float | None = None
    subject: str | None = None
    """What a rule was about: the policy, the framework, the regulation."""
    series: Series | None = None
    """Of an anomaly: what deviates."""
    window: timedelta | None = None
    """Of an anomaly: how long its windows are, so how exactly its time is known."""

    @property
    def clause(self) -> str:
        """The summary as a part of a sentence."""
        return self.summary.rstrip(".")

    @property
    def reach(self) -> timedelta:
        """How far in time what it brings about at once may be told: two windows of an anomaly, five minutes of an event."""
        return timedelta(minutes=5) if self.window is None else 2 * self.window

    def shares(self, other: "Signal") -> bool:
        """Whether both are about one component, or carry one indicator."""
        return bool(
            set(self.components) & set(other.components)
            or (self.indicators and set(self.indicators) & set(other.indicators))
        )


def in_order(signals: Iterable[Signal]) -> list[Signal]:
    """Each signal once, by time and then by id: whatever order they came in, the same list."""
    return sorted({signal.id: signal for signal in signals}.values(), key=lambda signal: (signal.at, signal.id))
