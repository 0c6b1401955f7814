"""An anomaly: one series that deviates from what is usual for it, from its first window to its end."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Final

import msgspec

from shared.windows.table import Key
from shared.windows.window import KEY_FORMAT, Window

LIFE: Final = timedelta(days=90)
LEARNED: Final = "learned"
"""The detector that learns what is usual; a user's rule is a detector of its own, `rule:<id>`."""


class Kind(StrEnum):
    """In what way it deviates."""

    SPIKE = "spike"
    DROP = "drop"
    LEVEL_SHIFT = "level_shift"
    RATE_OF_CHANGE = "rate_of_change"
    SEASONAL = "seasonal"
    """Usual in itself, but not at this hour."""
    SILENCE = "silence"
    RULE = "rule"
    """A user's rule holds."""
    THREAT = "threat"
    """A security threat of level critical was reported."""


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for low to 3 for critical.

        >>> Severity.HIGH.rank > Severity.MEDIUM.rank
        True
        """
        return list(Severity).index(self)


class Status(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SUPPRESSED = "suppressed"
    """It is known and wanted, or began in a maintenance window: nobody is told of it."""
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Series:
    """One statistic of one measure of a group: what is watched."""

    key: Key
    """The group: (tenant, grouping, values...)."""
    measure: str
    statistic: str
    """How a window's summary becomes one number: count, sum, mean, p95..."""

    @property
    def tenant(self) -> str:
        return str(self.key[0])

    @property
    def grouping(self) -> str:
        return str(self.key[1])

    @property
    def dimensions(self) -> dict[str, str | None]:
        """By name; empty for the total, and for the overflow series of a grouping.

        >>> Series(("acme", "team+model", "search", "gpt-4o"), "latency_ms", "p95").dimensions
        {'team': 'search', 'model': 'gpt-4o'}
        """
        names, values = self.grouping.split("+"), self.key[2:]
        return dict(zip(names, values, strict=True)) if len(names) == len(values) else {}


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One deviation. Times are aware UTC; values are in the measure's unit, as the statistic gives them."""

    id: str
    series: Series
    window: Window
    """In which it began."""
    detector: str
    kind: Kind
    severity: Severity
    status: Status
    score: float
    """How unusual: -log10 of the probability of such a value on a usual day; for a rule, 0."""
    observed: float | None
    """None when nothing was seen."""
    expected: float | None
    lower: float | None
    """The interval of what is usual; None where no value is too small."""
    upper: float | None
    explanation: str
    opened_at: datetime
    last_window: Window
    """The last one that deviated."""
    resolved_at: datetime | None = None
    resolution: str | None = None
    """Why it is over: quiet, revised, user, false_alarm, relearned."""
    group: str | None = None
    """The anomaly that speaks for this one in a storm of one cause; None if it speaks for itself."""
    members: int = 0
    """For how many others it speaks."""
    common: dict[str, str | None] | None = None
    """The dimensions that these have in common; empty when all of the tenant is meant."""
    alerted: bool = False
    """Whether people are told of it; else it is only recorded."""
    reopened: int = 0
    """How often it came back before it was forgotten."""
    note: str | None = None

    @property
    def key(self) -> Key:
        return self.series.key

    @property
    def measure(self) -> str:
        return self.series.measure

    @property
    def tenant(self) -> str:
        return self.series.tenant

    @property
    def is_over(self) -> bool:
        return self.status is Status.RESOLVED

    @property
    def is_alone(self) -> bool:
        """Whether people are told of it by its own name, not by that of a storm."""
        return self.group is None

    def encode(self) -> str:
        return msgspec.json.encode(self).decode()

    @classmethod
    def decode(cls, text: str | bytes) -> "Anomaly":
        """Of what `encode` made: the attribute `anomaly` of a stored item, too."""
        return msgspec.json.decode(text, type=cls)

    def resolved(self, at: datetime, resolution: str) -> "Anomaly":
        return replace(self, status=Status.RESOLVED, resolved_at=at, resolution=resolution)


def anomaly_id(series: Series, detector: str, window: Window) -> str:
    """The same anomaly has the same id, whoever finds it and how often. Ids sort by the start of the window.

    >>> from datetime import UTC
    >>> window = Window(datetime(2026, 11, 22, 10, 5, tzinfo=UTC))
    >>> anomaly_id(Series(("acme", "total"), "requests", "count"), LEARNED, window)
    '2026-11-22T10:05Z-a0ed3cb60ac88348'
    """
    named = msgspec.json.encode((series.key, series.measure, series.statistic, detector, window.resolution))
    return f"{window.start.strftime(KEY_FORMAT)}-{blake2b(named, digest_size=8).hexdigest()}"
